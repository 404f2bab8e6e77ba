"""A seccomp filter through ctypes: system calls that decoding never needs are refused for good.

Source: Linux, Documentation/userspace-api/seccomp_filter.rst; numbers from arch/x86/entry/syscalls/syscall_64.tbl and
include/uapi/asm-generic/unistd.h. It is a list of what is refused, not of what is allowed: what decoders and Python
call differs from one C library to the next, and Landlock holds the files. Calls newer than this list answer "no such
call", as an older kernel would.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct

from probata.engines.sandbox.powers import no_new_privileges

_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _IF_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_AT_NUMBER, _AT_ARCHITECTURE, _AT_FIRST_ARGUMENT = 0, 4, 16  # struct seccomp_data; low words, little endian
_CLONE_THREAD = 0x00010000
_X32_CALLS = 0x40000000
_FIRST_UNKNOWN = 470
_ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}

# name: (x86_64, aarch64); None where the architecture has no such call.
_NEVER: dict[str, tuple[int | None, int | None]] = {
    # the network, and other ways to talk to somebody
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    # io_uring does what other calls do, past this filter
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    # another program
    "execve": (59, 221),
    "execveat": (322, 281),
    "setsid": (112, 157),
    "setpgid": (109, 154),
    # another process's memory and files
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "kcmp": (312, 272),
    # files by the back door; Landlock does not hold owners, modes, times and attributes
    "open_by_handle_at": (304, 265),
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "setxattrat": (463, 463),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "removexattrat": (466, 466),
    "file_setattr": (469, 469),
    # mounts and namespaces
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "setns": (308, 268),
    "unshare": (272, 97),
    "open_tree": (428, 428),
    "open_tree_attr": (467, 467),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    # parts of the kernel known for their holes
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "fanotify_init": (300, 262),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "modify_ldt": (154, None),
    "personality": (135, 92),
}
_NO_NEW_PROCESS: dict[str, tuple[int | None, int | None]] = {
    "fork": (57, None),
    "vfork": (58, None),
    "setrlimit": (160, 164),
}
_CLONE, _CLONE3 = (56, 220), (435, 435)

_libc = ctypes.CDLL(None, use_errno=True)
_libc.prctl.argtypes = [ctypes.c_int, ctypes.c_ulong, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_ulong]


def refuse(*, new_processes: bool) -> bool:
    """Refuse the listed calls to this thread and all it starts; with `new_processes`, forking too (threads stay).

    Returns whether the filter holds: False on an architecture without a table here, or a kernel without seccomp.
    """
    architecture = _ARCHITECTURES.get(platform.machine())
    if architecture is None:
        return False
    program = _filter(*architecture, new_processes=new_processes)
    if not no_new_privileges():
        return False
    # struct sock_fprog: how many instructions, and where they are.
    buffer = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("@HP", len(program) // 8, ctypes.addressof(buffer))
    return bool(_libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, header, 0, 0) == 0)


def _filter(audit_architecture: int, column: int, *, new_processes: bool) -> bytes:
    # Classic BPF: each instruction is (code, jump if true, jump if false, value).
    program = [
        _step(_LOAD, value=_AT_ARCHITECTURE),
        _step(_IF_EQUAL, 1, 0, audit_architecture),
        _step(_RETURN, value=_KILL),
        _step(_LOAD, value=_AT_NUMBER),
        _step(_IF_AT_LEAST, 0, 1, _X32_CALLS),
        _step(_RETURN, value=_KILL),
        _step(_IF_AT_LEAST, 0, 1, _FIRST_UNKNOWN),
        _step(_RETURN, value=_REFUSE | errno.ENOSYS),
    ]
    refused = dict(_NEVER)
    if new_processes:
        refused |= _NO_NEW_PROCESS
        # clone3 hides its flags behind a pointer; told that it does not exist, C libraries use clone instead.
        program += [_step(_IF_EQUAL, 0, 1, _CLONE3[column]), _step(_RETURN, value=_REFUSE | errno.ENOSYS)]
    for numbers in refused.values():
        number = numbers[column]
        if number is not None:
            program += [_step(_IF_EQUAL, 0, 1, number), _step(_RETURN, value=_REFUSE | errno.EPERM)]
    if new_processes:
        program += [
            _step(_IF_EQUAL, 0, 3, _CLONE[column]),
            _step(_LOAD, value=_AT_FIRST_ARGUMENT),
            _step(_IF_ANY_BIT, 1, 0, _CLONE_THREAD),
            _step(_RETURN, value=_REFUSE | errno.EPERM),
        ]
    program.append(_step(_RETURN, value=_ALLOW))
    return b"".join(program)


def _step(code: int, if_true: int = 0, if_false: int = 0, value: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)
