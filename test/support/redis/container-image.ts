import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { ContainerRuntimeClient, ImageName } from 'testcontainers';
import { RECIPES, USUAL, type Flavour } from './flavour.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
export interface ContainerImage {
  readonly image: string;
  readonly program: string;
}

/** The image of this flavour, pulled or built where need be; or why containers won't do here. */
export async function containerImage(flavour: Flavour = USUAL): Promise<ContainerImage | { readonly problem: string }> {
  // It takes a second to load, and where there is no engine there is no need for it.
  const { getContainerRuntimeClient, GenericContainer, ImageName } = await import('testcontainers');
  const engine = await getContainerRuntimeClient().catch(() => undefined);
  if (!engine) return { problem: 'no container engine answers' };
  const { host } = engine.info.containerRuntime;
  if (!(await isThisMachine(host))) return { problem: `the container engine is on another machine (${host})` };

  const { image, program, dockerfile } = RECIPES[flavour];
  if (await isThere(engine, ImageName.fromString(image))) return { image, program };
  if (!dockerfile) return { problem: `${image} can't be pulled` };
  const built = `tailgate-test/${flavour}:latest`;
  if (await engine.image.exists(ImageName.fromString(built))) return { image: built, program };
  try {
    // It stays, as a pulled one would.
    await GenericContainer.fromDockerfile(HERE, dockerfile).build(built, { deleteOnExit: false });
  } catch (error) {
    return { problem: `${image} can't be pulled or built: ${error instanceof Error ? error.message : String(error)}` };
  }
  return { image: built, program };
}

/**
 * The engine's own machine is the only one whose loopback and folders a test shares. Inside a container that runs an engine of its own,
 * testcontainers takes the address of its bridge.
 */
async function isThisMachine(host: string): Promise<boolean> {
  const server = createServer();
  try {
    // Nobody can listen on an address of another one. Lists of one's own leave out what has no link, such as a bridge without containers.
    await once(server.listen(0, host), 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

/** Whether the image is there, at the latest now. */
async function isThere({ image }: ContainerRuntimeClient, name: ImageName): Promise<boolean> {
  if (await image.exists(name)) return true;
  // That there is no way to a registry comes as an error; that it has no such image doesn't.
  await image.pull(name).catch(() => undefined);
  return await image.exists(name);
}
