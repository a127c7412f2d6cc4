"""How gunicorn serves the portal. Run as a script it only checks the address, with bare Python."""

import errno
import ipaddress
import os
import signal
import socket
import sys

HOST = os.environ.get("HOST") or "127.0.0.1"
PORT = os.environ.get("PORT") or "8000"
DEMO, ANYWHERE = (
    os.environ.get(name, "").lower() in {"1", "true", "yes", "y", "on", "ok"}  # as the settings do
    for name in ("DEMO", "DEMO_ANYWHERE")
)

if not PORT.isdecimal():
    sys.exit(f"PORT 应是端口号，读到“{PORT}”。\nPORT must be a number, not {PORT!r}.")

bind = f"[{HOST}]:{PORT}" if ":" in HOST else f"{HOST}:{PORT}"
worker_class = "gthread"
workers = 2
threads = 4
preload_app = True  # a mistake in the settings shows before the port opens
graceful_timeout = 20
loglevel = "warning"  # the start message below says what matters; there is no access log
control_socket_disable = True  # nobody steers it, and its file would stay in the home folder


def on_starting(server):
    refuse_open_demo(server.cfg.address)


def post_worker_init(worker):
    """Ctrl-C reaches every process of the terminal; only the master is to act on it.

    A worker that hears both the terminal and the master waits for its own threads until killed.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def when_ready(server):
    addresses = [listener.sock.getsockname() for listener in server.LISTENERS]
    refuse_open_demo(addresses)  # a socket that was handed over is not in the configuration
    lines = [f"门户已启动 / the portal is running: {', '.join(map(str, server.LISTENERS))}"]
    if DEMO:
        lines += ["演示账号 / demo logins:", *demo_logins()]
    lines.append("按 Ctrl-C 停止 / Ctrl-C stops it")
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def demo_logins():
    from performance.people.demo import DEMO_ACCOUNTS  # noqa: PLC0415 - Django is ready only now

    return [f"  {a.username:<10} {a.password:<12} {a.label}" for a in DEMO_ACCOUNTS]


def refuse_open_demo(addresses):
    """The passwords of the demo are public: it answers this machine only, unless told otherwise."""
    hosts = [address[0] for address in addresses if isinstance(address, tuple)]
    if DEMO and not ANYWHERE and not all(is_loopback(host) for host in hosts):
        named = ", ".join(hosts)
        sys.exit(
            f"演示账号的密码是公开的，不能在 {named} 上启动；确需如此，请设置 DEMO_ANYWHERE=1。\n"
            f"The demo's passwords are public: it starts on {named} only with DEMO_ANYWHERE=1."
        )


def is_loopback(host):
    found = socket.getaddrinfo(host, None)
    numbers = [str(address[0]).split("%")[0] for *_, address in found]  # fe80::1%eth0
    return all(ipaddress.ip_address(number).is_loopback for number in numbers)


def refuse_unusable_address():
    """Bind once, as gunicorn will; a port still in TIME_WAIT counts as free."""
    try:
        refuse_open_demo([(HOST, PORT)])
        found = socket.getaddrinfo(HOST, None, type=socket.SOCK_STREAM)
        family, kind, protocol, _, (address, *_) = found[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address, int(PORT)))
    except (OSError, OverflowError, ValueError) as error:
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            other = f"PORT={int(PORT) + 1} make run"
            sys.exit(
                f"端口 {PORT} 已被占用，请换一个，例如：{other}\n"
                f"Port {PORT} is in use, please take another, for example: {other}"
            )
        sys.exit(f"无法在 {bind} 上提供服务：{error}\nCannot serve at {bind}: {error}")


if __name__ == "__main__":
    refuse_unusable_address()
