"""Writes a Parquet file and reads pieces of it; run by pyarrow.spec.ts, which looks at the requests."""
import sys
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import fs

step, endpoint, path = sys.argv[1:4]
scheme, address = endpoint.split("://")
s3 = fs.S3FileSystem(endpoint_override=address, scheme=scheme, region="us-east-1", allow_bucket_creation=True)
ROWS, GROUPS = 400_000, 8

if step == "write":
    s3.create_dir(path.split("/")[0])
    numbers = pa.array(range(ROWS), pa.int64())
    noise = pa.array([(i * 2_654_435_761) % 4_294_967_296 for i in range(ROWS)], pa.int64())
    table = pa.table({"number": numbers, "noise": noise, "text": pa.array([f"row {i} {i * 7919 % 104729}" for i in range(ROWS)])})
    pq.write_table(table, path, filesystem=s3, row_group_size=ROWS // GROUPS, compression="none", use_dictionary=False)
else:
    with s3.open_input_file(path) as source:
        parquet = pq.ParquetFile(source)
        assert (parquet.metadata.num_rows, parquet.num_row_groups) == (ROWS, GROUPS)
        assert parquet.read_row_group(5, columns=["number"])["number"].to_pylist() == list(range(250_000, 300_000))
    found = pq.read_table(path, filesystem=s3, columns=["noise"], filters=[("number", ">=", 123_456), ("number", "<", 123_460)])
    assert found["noise"].to_pylist() == [(i * 2_654_435_761) % 4_294_967_296 for i in range(123_456, 123_460)]
    print(s3.get_file_info(path).size)
