import type { ToolSet } from '../../chat/tool.ts';
import { appendFile } from './append-file.ts';
import { changesIn } from './change.ts';
import { deleteFile } from './delete-file.ts';
import { editFile } from './edit-file.ts';
import { openFolder } from './folder.ts';
import { listFiles } from './list-files.ts';
import { readFile } from './read-file.ts';
import { runCommand } from './run-command.ts';
import { searchFiles } from './search-files.ts';
import { slowJob } from './slow-job.ts';
import { writeFile } from './write-file.ts';

/** Where the tools work. */
export interface Workspace {
  readonly root: string;
  /** The file that keeps the conversation (absolute, free of links): no tool sees it or touches it. */
  readonly talk?: string;
  /** The folder is the playground, where there is a slow job to be killed. */
  readonly playground?: boolean;
}

/**
 * Tools with which a model works in one folder: reads run, everything else asks; nothing leaves the folder but a
 * command that a person agreed to, and what may hold a secret is not shown without a person's word.
 * Throws when the folder is not there.
 */
export function workspaceTools({ root, talk, playground = false }: Workspace): ToolSet {
  const folder = openFolder(root, talk);
  const changes = changesIn(folder);
  return {
    list_files: listFiles(folder),
    read_file: readFile(folder),
    search_files: searchFiles(folder),
    write_file: writeFile(changes),
    edit_file: editFile(changes),
    append_file: appendFile(changes),
    delete_file: deleteFile(changes),
    run_command: runCommand(folder),
    ...(playground && { slow_job: slowJob(folder) }),
  };
}
