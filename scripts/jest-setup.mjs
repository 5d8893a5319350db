// tsyringe wants reflect-metadata before it is linked.
import 'reflect-metadata';
