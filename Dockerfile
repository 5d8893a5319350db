# The server in an image: Node, the libraries that Node is linked with, and the packages that
# the server loads; no shell, no package manager. docs/container-image.md tells the rest.
# Pin the image by digest where builds have to be repeatable: --build-arg NODE_IMAGE=node@sha256:…
ARG NODE_IMAGE=node:26-bookworm

FROM ${NODE_IMAGE} AS manifests
WORKDIR /src
COPY . .
RUN mkdir /manifests && cp --parents package.json package-lock.json .npmrc */package.json */*/package.json /manifests

FROM ${NODE_IMAGE} AS npm
ENV npm_config_cache=/npm-cache npm_config_loglevel=error npm_config_update_notifier=false
WORKDIR /src
COPY --from=manifests /manifests .

# Packages are installed again only when one of the manifests changes. The secret is a PEM file
# of further CAs, the argument a registry in place of npm's own; both may be left out.
FROM npm AS production
ARG npm_config_registry
RUN --mount=type=cache,target=/npm-cache --mount=type=secret,id=ca \
    if [ -s /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca; fi; \
    npm ci -w apps/host --omit=dev --omit=optional

FROM npm AS assembled
ARG npm_config_registry
RUN --mount=type=cache,target=/npm-cache --mount=type=secret,id=ca \
    if [ -s /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca; fi; \
    npm ci -w apps -w libs -w plugins --include-workspace-root
ARG SOURCE_DATE_EPOCH=0
COPY . .
RUN node node_modules/typescript-native/bin/tsc -b apps/host
COPY --from=production /src /production
RUN node scripts/image/assemble-app.mjs . /production /app \
 && scripts/image/assemble-system.sh /system /app/node_modules/better-sqlite3/prebuilds/*.node \
 && mkdir -p /owned/data && chmod 700 /owned/data \
 && find /app /system /owned -exec touch -h -d "@${SOURCE_DATE_EPOCH}" {} +

FROM scratch
ARG VERSION=unreleased
ARG REVISION=unknown
ARG SOURCE=""
LABEL org.opencontainers.image.title="Zot Artifact Store" \
      org.opencontainers.image.description="One server that speaks S3 and OCI over one content store, put together from plugins" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}"
COPY --from=assembled /system /
COPY --from=assembled /app /app
COPY --from=assembled --chown=1000:1000 /owned /
ENV PATH=/usr/local/bin \
    NODE_ENV=production \
    ZAS_HTTP_HOST=0.0.0.0
USER 1000:1000
VOLUME /data
EXPOSE 9000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["/usr/local/bin/node", "/app/apps/host/dist/zas.js", "health"]
# The flags of apps/host/package.json, as `npm start` gives them.
ENTRYPOINT ["/usr/local/bin/node", "--expose-gc", "--max-semi-space-size=4", "--max-old-space-size=256", "/app/apps/host/dist/main.js"]
