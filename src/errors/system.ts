/** Why the operating system refuses something, in words. */

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left',
  EDQUOT: 'the quota is used up',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
  ECONNREFUSED: 'connection refused',
  EADDRINUSE: 'it is taken',
  EADDRNOTAVAIL: 'this machine has no such address',
}

/** The code itself where there is no better word. */
export function systemReason(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string }
  return reasons[code ?? ''] ?? code ?? message ?? String(error)
}
