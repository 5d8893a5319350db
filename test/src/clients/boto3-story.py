"""What a boto3 user does first, in the client's default settings; run by boto3.spec.ts."""
import hashlib, io, os, sys, urllib.request
import boto3
from boto3.s3.transfer import TransferConfig

s3 = boto3.client("s3", endpoint_url=sys.argv[1])
small, large = os.urandom(1234), os.urandom(100 * 1024 * 1024)
s3.create_bucket(Bucket="boto-bucket")
s3.put_object(Bucket="boto-bucket", Key="small", Body=small, Metadata={"name": "value"})
s3.upload_fileobj(io.BytesIO(large), "boto-bucket", "large", Config=TransferConfig(multipart_chunksize=8 * 1024 * 1024))
answer = s3.get_object(Bucket="boto-bucket", Key="small")
assert answer["Body"].read() == small and answer["Metadata"] == {"name": "value"}
back = io.BytesIO()
s3.download_fileobj("boto-bucket", "large", back)
assert back.getvalue() == large
part = s3.get_object(Bucket="boto-bucket", Key="large", Range="bytes=8388600-8388700")["Body"].read()
assert part == large[8388600:8388701]
assert s3.head_object(Bucket="boto-bucket", Key="large")["ContentLength"] == len(large)
s3.copy({"Bucket": "boto-bucket", "Key": "large"}, "boto-bucket", "copied")
assert hashlib.md5(s3.get_object(Bucket="boto-bucket", Key="copied")["Body"].read()).digest() == hashlib.md5(large).digest()
pages = s3.get_paginator("list_objects_v2").paginate(Bucket="boto-bucket", PaginationConfig={"PageSize": 1})
assert [entry["Key"] for page in pages for entry in page["Contents"]] == ["copied", "large", "small"]
url = s3.generate_presigned_url("get_object", Params={"Bucket": "boto-bucket", "Key": "small"})
assert urllib.request.urlopen(url).read() == small
put = s3.generate_presigned_url("put_object", Params={"Bucket": "boto-bucket", "Key": "by-url"})
urllib.request.urlopen(urllib.request.Request(put, data=small, method="PUT", headers={"content-type": ""})).read()
assert s3.get_object(Bucket="boto-bucket", Key="by-url")["Body"].read() == small
result = s3.delete_objects(Bucket="boto-bucket", Delete={"Objects": [{"Key": k} for k in ("copied", "large", "by-url")]})
assert len(result["Deleted"]) == 3
s3.delete_object(Bucket="boto-bucket", Key="small")
s3.delete_bucket(Bucket="boto-bucket")
assert s3.list_buckets()["Buckets"] == []
print("done")
