"""A PostgreSQL of a trial's own, which can be stopped as if its host had failed, and starts again with what it had."""
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import time

import harness


def programs():
    """The folder of the newest version that is installed."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[-3]))
    if not found:
        raise harness.Failed("PostgreSQL isn't installed; scripts/setup installs it")
    return found[-1].parent


class PostgreSQL:
    """Listens on a Unix socket alone, in `folder`: so its address is the same after a restart, and nobody else's."""

    SETTINGS = "listen_addresses = ''\nmax_connections = 200\nshared_buffers = 64MB\n"

    def __init__(self, folder):
        self.folder = folder
        self.data = folder / "data"
        self.log = folder / "postgresql-server.txt"
        # It refuses to be root.
        self.account = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        self.process = None
        folder.mkdir()
        if self.account:
            shutil.chown(folder, self.account.pw_uid, self.account.pw_gid)
        self._call("initdb", f"--pgdata={self.data}", "--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8",
                   "--locale=C")
        with open(self.data / "postgresql.conf", "a") as settings:
            settings.write(f"unix_socket_directories = '{folder}'\n" + self.SETTINGS)
        self.start()
        self._call("createdb", "-h", folder, "-U", "postgres", "evalbridge")

    def _as(self):
        return {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []} if self.account else {}

    def _call(self, name, *words):
        done = subprocess.run([programs() / name, *words], capture_output=True, text=True, cwd="/", **self._as())
        if done.returncode != 0:
            raise harness.Failed(f"{name}: {done.stdout}{done.stderr}")
        return done.stdout

    @property
    def socket(self):
        return str(self.folder / ".s.PGSQL.5432")

    @property
    def url(self):
        return f"postgresql:///evalbridge?host={self.folder}&user=postgres"

    def start(self):
        """Until it serves."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([programs() / "postgres", "-D", self.data], stdout=log, stderr=log, cwd="/",
                                            preexec_fn=harness.end_with_parent, **self._as())
        until = time.monotonic() + 30
        while subprocess.run([programs() / "pg_isready", "-q", "-h", self.folder]).returncode != 0:
            if self.process.poll() is not None or time.monotonic() > until:
                raise harness.Failed(f"PostgreSQL doesn't start: {self.log.read_text()[-500:]}")
            time.sleep(0.02)

    def stop_at_once(self):
        """As pg_ctl's immediate: connections are cut, nothing is written that wasn't, and the next start recovers."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(30)

    def freeze(self):
        """As a host that hangs: connections stay, and nothing answers. Until `thaw`."""
        self._tell_all(signal.SIGSTOP)

    def thaw(self):
        self._tell_all(signal.SIGCONT)

    def _tell_all(self, what):
        # The server first, so that it makes no more children.
        self.process.send_signal(what)
        for child in pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split():
            try:
                os.kill(int(child), what)
            except ProcessLookupError:
                pass

    def kill(self):
        if self.process and self.process.poll() is None:
            self.stop_at_once()

    def ask(self, sql):
        return self._call("psql", "-h", self.folder, "-U", "postgres", "-d", "evalbridge", "-Atc", sql)


def integrity_of(file):
    """What SQLite finds wrong with its own file; empty where nothing."""
    if not file.exists():
        return "there is no file"
    done = subprocess.run(["sqlite3", file, "PRAGMA integrity_check"], capture_output=True, text=True)
    said = (done.stdout + done.stderr).strip()
    return "" if said == "ok" else said[:400] or "sqlite3 said nothing"
