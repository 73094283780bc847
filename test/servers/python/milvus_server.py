"""Becomes a Milvus 2.3.5 server: writes its configuration with the package's own code, then replaces itself by the server's process.

Usage: milvus_server.py FOLDER UNPACKED SETTINGS
  FOLDER    keeps data, configuration and logs; the same one at a restart
  UNPACKED  the folder whose bin/ holds the unpacked server
  SETTINGS  a JSON object of the package's settings (proxy_port, tls_mode, ...) and, as "environment", of variables for the server
"""

import json
import os
import sys

from milvus import MilvusServerConfig


class Config(MilvusServerConfig):
    """The package refuses a port that a killed server's last connections still linger on; the server itself does not mind."""

    def resolve_all_listen_ports(self) -> None:
        for name in self.configurable_items:
            if name.endswith("_port"):
                self.configurable_items[name][1] = int(self.configs[name])


def main() -> None:
    folder, unpacked, settings_text = sys.argv[1:]
    settings = json.loads(settings_text)
    environment = settings.pop("environment")
    config = Config(data_dir=folder, **settings)
    # Of what it is given the package takes only the ports; everything else has to be set.
    for name, value in settings.items():
        if not name.endswith("_port"):
            config.set(name, value)
    config.resolve()

    binaries = os.path.join(unpacked, "bin")
    os.chdir(folder)
    os.environ.update(environment)
    os.environ["DEPLOY_MODE"] = "STANDALONE"
    os.environ["MILVUS_RUN_DIR"] = os.path.join(folder, "run")
    os.environ["LD_LIBRARY_PATH"] = binaries
    server = os.path.join(binaries, "milvus")
    os.execv(server, [server, "run", "standalone"])


main()
