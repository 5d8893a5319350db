"""boto3 changes a token of an identity provider for credentials, and uses them at S3.

Usage: web-identity.py ENDPOINT ROLE_ARN TOKEN_FILE; prints one line for each thing it tries.
"""
import sys
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint, role, token_file = sys.argv[1:4]
with open(token_file, encoding="utf-8") as file:
    token = file.read()

common = {"endpoint_url": endpoint, "region_name": "us-east-1"}
sts = boto3.client("sts", aws_access_key_id="none", aws_secret_access_key="none", **common)
answer = sts.assume_role_with_web_identity(RoleArn=role, RoleSessionName="boto3", WebIdentityToken=token, DurationSeconds=900)
made = answer["Credentials"]
print("subject", answer["SubjectFromWebIdentityToken"], answer["Audience"])
print("token", "short" if len(made["SessionToken"]) <= 2048 else "long")
keys = {
    "aws_access_key_id": made["AccessKeyId"],
    "aws_secret_access_key": made["SecretAccessKey"],
    "aws_session_token": made["SessionToken"],
}
print("caller", boto3.client("sts", **keys, **common).get_caller_identity()["Arn"].split(":")[-1])
s3 = boto3.client("s3", config=Config(s3={"addressing_style": "path"}), **keys, **common)


def tried(name, call):
    try:
        call()
        print(name, "allowed")
    except ClientError as error:
        print(name, error.response["Error"]["Code"])


tried("get", lambda: s3.get_object(Bucket="team", Key="reports/one")["Body"].read())
tried("get elsewhere", lambda: s3.get_object(Bucket="team", Key="secret"))
tried("put", lambda: s3.put_object(Bucket="team", Key="reports/two", Body=b"x"))
tried("list buckets", s3.list_buckets)
for version in ("s3v4", "s3"):
    config = Config(signature_version=version, s3={"addressing_style": "path"})
    signer = boto3.client("s3", config=config, **keys, **common)
    url = signer.generate_presigned_url("get_object", Params={"Bucket": "team", "Key": "reports/one"})
    with urllib.request.urlopen(url) as presigned:
        print("presigned", version, presigned.status)
