"""A made-up Schoology on the loopback: the made-up district behind a real HTTP server, to try the program and to test it against.

It is clearly nobody's: no artwork, no markup of any vendor. `world` is what it holds, `app` answers, `mishaps` are what befalls an answer on
its way, `control` says which comes next and counts what was asked, `running` puts it on a port.
"""

from importlog_tui.demo.server.app import MadeUpSchoology
from importlog_tui.demo.server.control import Asked, Control
from importlog_tui.demo.server.mishaps import Mishap
from importlog_tui.demo.server.running import Running, running
from importlog_tui.demo.server.world import World

__all__ = ["Asked", "Control", "MadeUpSchoology", "Mishap", "Running", "World", "running"]
