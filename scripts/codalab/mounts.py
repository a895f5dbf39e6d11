"""The file system that a command sees in namespaces, as lines of shell that build it.

    /usr /bin /lib ... /etc            of this machine, read-only; /dev, /sys and /proc as well
    the folders of the image           at their own places, read-only
    /run-bundle_dependencies/KEY       the dependencies, read-only
    /run-bundle                        the bundle's folder: here the command runs and writes
    /tmp                               empty, writable
    /home/nobody                       HOME: empty, read-only

CodaLab's worker mounts a container in the same way, as /UUID and /UUID_dependencies/KEY.
"""

import os
from pathlib import Path
from shlex import quote

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc")
RUN, DEPENDENCIES, HOME = "/run-bundle", "/run-bundle_dependencies", "/home/nobody"


def mount_lines(area, dependencies, folders):
    """Lines that build it all under `area`/root; they are run in a mount namespace.

    Args:
        area: folder on this side with root/, run/ and tmp/.
        dependencies: key -> absolute path of a file or folder.
        folders: absolute paths of the image.
    """
    root = f"{area}/root"
    lines = [f"mount -t tmpfs -o mode=0755 root {quote(root)}"]
    for folder in SYSTEM:
        lines += _system_folder(folder, root)
    for folder in ("/dev", "/sys"):
        lines += _bind(folder, root + folder, read_only=False)
    proc = quote(f"{root}/proc")
    lines.append(f"mkdir {proc}; mount -t proc proc {proc} || mount --rbind /proc {proc}")
    lines += _bind(f"{area}/tmp", f"{root}/tmp", read_only=False)
    for folder in _outermost(folders):
        lines += _bind(folder, root + folder)
    for key, path in dependencies.items():
        lines += _bind(path, f"{root}{DEPENDENCIES}/{key}")
    lines += _bind(f"{area}/run", root + RUN, read_only=False)
    lines.append(f"mkdir -p {quote(root + HOME)}")
    return [*lines, f"mount -o remount,bind,ro {quote(root)}"]


def _system_folder(folder, root):
    """Bound, or where it is a link, as /bin often is to usr/bin, the same link."""
    if os.path.islink(folder):
        return [f"ln -s {quote(os.readlink(folder))} {quote(root + folder)}"]
    return _bind(folder, root + folder) if os.path.isdir(folder) else []


def _bind(source, target, read_only=True):
    """Show a file or folder at another place, what is mounted below it included."""
    where = quote(target)
    if os.path.isdir(source):
        lines = [f"mkdir -p {where}"]
    else:
        lines = [f"mkdir -p {quote(os.path.dirname(target))}; : > {where}"]
    lines.append(f"mount --rbind {quote(os.path.realpath(source))} {where}")
    return lines + [f"mount -o remount,bind,ro {where}"] * read_only


def _outermost(folders):
    """Those that lie in no other one, nor in a folder of the system."""
    kept = []
    for folder in sorted(set(folders)):
        if not any(Path(folder).is_relative_to(other) for other in (*SYSTEM, *kept)):
            kept.append(folder)
    return kept
