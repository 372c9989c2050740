import { spawn, spawnSync } from 'node:child_process';

export interface Step {
  /** The block's commands up to an expectation or its end. */
  commands: string;
  /** What has to be in their output. */
  expected: string | undefined;
}

/** A block of a document that is marked for its tour: ```` ```sh tour ````, and after that the command it needs. */
export interface Block {
  needs: string | undefined;
  steps: Step[];
}

export function tourIn(document: string): Block[] {
  return [...document.matchAll(/^```sh tour(?: (\w+))?\n([\s\S]*?)^```$/gm)].map(
    ([, needs, script = '']) => ({
      needs,
      steps: stepsOf(script),
    }),
  );
}

function stepsOf(script: string): Step[] {
  const steps: Step[] = [];
  let commands = '';
  for (const line of script.split('\n')) {
    const expected = /^# → (.*)$/.exec(line)?.[1];
    if (expected === undefined) commands += `${line}\n`;
    else {
      steps.push({ commands, expected });
      commands = '';
    }
  }
  return commands.trim() === '' ? steps : [...steps, { commands, expected: undefined }];
}

export interface Ran {
  step: Step;
  /** What it wrote; undefined when the shell ended before or within it. */
  output: string | undefined;
}

/** One shell for all of it, as a person has it; it ends with the first command that fails, or when its time is over. */
export async function runSteps(
  steps: readonly Step[],
  options: { cwd: string; env: NodeJS.ProcessEnv; timeout: number },
): Promise<{ code: number | null; ran: Ran[]; errors: string }> {
  const border = '--- a step ends here ---';
  const script = steps.map(({ commands }) => `${commands}\necho; echo '${border}'`).join('\n');
  const shell = spawn('bash', ['-euo', 'pipefail', '-c', script], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  shell.stdout.on('data', (bytes) => {
    output += bytes;
  });
  shell.stderr.on('data', (bytes) => {
    errors += bytes;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    shell.on('error', reject);
    shell.on('close', resolve);
  });
  const outputs = output.split(border).slice(0, -1);
  return { code, errors, ran: steps.map((step, index) => ({ step, output: outputs[index] })) };
}

export function isInstalled(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
}
