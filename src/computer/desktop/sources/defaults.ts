/** What desktops are like where nothing is said; the manifest's settings have the same. */
import type { Size } from '../geometry.ts';
import type { ContainerLimits } from './dockerArguments.ts';

/** Of virtual desktops and containers. */
export const DEFAULT_DESKTOP_SIZE: Size = { width: 1280, height: 800 };

export const DEFAULT_CONTAINER_LIMITS: ContainerLimits = { memoryMb: 3_072, cpus: 2, processes: 1_024 };
