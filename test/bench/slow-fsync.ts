/** A disk like an SD card: a library before libc that adds some milliseconds to each fsync and fdatasync. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const SOURCE = (ms: number) => `
#include <sys/syscall.h>
#include <unistd.h>
int fsync(int file) { usleep(${ms * 1000}); return syscall(SYS_fsync, file); }
int fdatasync(int file) { usleep(${ms * 1000}); return syscall(SYS_fdatasync, file); }
`;

/** What goes into the environment of the programs that shall have such a disk. Needs gcc. */
export async function slowFsync(folder: string, ms: number): Promise<Readonly<Record<string, string>>> {
  const [source, library] = [join(folder, 'slow-fsync.c'), join(folder, 'slow-fsync.so')];
  await writeFile(source, SOURCE(ms));
  await promisify(execFile)('gcc', ['-shared', '-fPIC', '-O2', '-o', library, source]);
  return { LD_PRELOAD: library };
}
