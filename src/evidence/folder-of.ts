/** The folder that a path lies in, with its slash; empty for a file that was given by itself. */
export const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/") + 1);
