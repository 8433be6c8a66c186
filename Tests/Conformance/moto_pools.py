"""moto, an emulator of other makers, with its check of signatures and permissions switched on."""

import json
import os
import subprocess
import sys
import time
import urllib.request

import boto3

from daemon import free_port

START_LIMIT_SECONDS = 60
POLICY = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "cognito-idp:*", "Resource": "*"}]}


class Moto:
    """The server, one pool in each region, and a user whose key may call the service."""

    def __init__(self, directory, regions):
        self.directory = directory
        self.regions = regions
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        with open(self.directory / "moto.log", "wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)],
                stdout=log, stderr=log, env=os.environ | {"INITIAL_NO_AUTH_ACTION_COUNT": "inf"})
        try:
            self._wait_until_serving()
            self._set_up()
        except BaseException:
            self.process.kill()
            raise
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def _wait_until_serving(self):
        limit = time.monotonic() + START_LIMIT_SECONDS
        while True:
            try:
                urllib.request.urlopen(self.url + "/moto-api/data.json", timeout=5).read()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > limit:
                    raise RuntimeError((self.directory / "moto.log").read_text()) from None
                time.sleep(0.1)

    def _set_up(self):
        def cognito(region):
            return self.client("cognito-idp", region, "setup", "setup")

        self.pools = {region: cognito(region).create_user_pool(PoolName="users")["UserPool"]["Id"]
                      for region in self.regions}
        iam = self.client("iam", "us-east-1", "setup", "setup")
        iam.create_user(UserName="provisiond")
        key = iam.create_access_key(UserName="provisiond")["AccessKey"]
        self.key_id, self.secret = key["AccessKeyId"], key["SecretAccessKey"]
        self._set_up_permissions(iam)
        reset = urllib.request.Request(
            self.url + "/moto-api/reset-auth", data=b"0", headers={"Content-Type": "text/plain"})
        urllib.request.urlopen(reset, timeout=5).read()

    def _set_up_permissions(self, iam):
        iam.put_user_policy(UserName="provisiond", PolicyName="provision",
                            PolicyDocument=json.dumps(POLICY))

    def client(self, service, region, key_id=None, secret=None):
        return boto3.client(
            service, region_name=region, endpoint_url=self.url,
            aws_access_key_id=key_id or self.key_id, aws_secret_access_key=secret or self.secret)
