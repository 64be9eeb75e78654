import { type ReadonlySignal, useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';

/** Calls `serve` each time a counter of requests is raised while the component is on the page. */
export function useRequest(requests: ReadonlySignal<number>, serve: () => void): void {
  const served = useRef(requests.peek());
  useSignalEffect(() => {
    if (requests.value === served.current) return;
    served.current = requests.value;
    serve();
  });
}
