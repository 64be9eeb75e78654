import { describe, expect, test } from 'vitest';
import { OnDemand } from '../../src/base/onDemand.ts';

/** Makes things that are made when the test says so, and counts what becomes of them. */
function workshop() {
  const orders: PromiseWithResolvers<void>[] = [];
  let closed = 0;
  const onDemand = new OnDemand(async () => {
    const order = Promise.withResolvers<void>();
    orders.push(order);
    await order.promise;
    return {
      number: orders.length,
      close: async () => {
        closed += 1;
      },
    };
  });
  return { onDemand, orders, closed: () => closed };
}

describe('something made on demand', () => {
  test('is made once for all who ask', async () => {
    const { onDemand, orders } = workshop();
    expect(orders).toHaveLength(0);
    const asked = [onDemand.get(), onDemand.get()];
    orders[0]?.resolve();
    const [first, second] = await Promise.all(asked);
    expect(second).toBe(first);
    expect(await onDemand.get()).toBe(first);
    expect(orders).toHaveLength(1);
  });

  test('is tried again after a failure, which all who asked hear of', async () => {
    const { onDemand, orders } = workshop();
    const asked = [onDemand.get(), onDemand.get()];
    orders[0]?.reject(new Error('The disk is full.'));
    for (const { status } of await Promise.allSettled(asked)) expect(status).toBe('rejected');
    const again = onDemand.get();
    orders[1]?.resolve();
    expect(await again).toMatchObject({ number: 2 });
  });

  test('is closed, even while it is being made, and not made after that', async () => {
    const { onDemand, orders, closed } = workshop();
    const asked = onDemand.get();
    const closing = onDemand.close();
    orders[0]?.resolve();
    await Promise.all([asked, closing]);
    await onDemand.close();
    expect(closed()).toBe(1);
    await expect(onDemand.get()).rejects.toThrow('closed');
    expect(orders).toHaveLength(1);
  });

  test('is not made to be closed', async () => {
    const { onDemand, orders } = workshop();
    await onDemand.close();
    expect(orders).toHaveLength(0);
  });
});
