// Tells the test server what happened in the page, in order: the driver under test has no part in it.
const queue = [];
let isSending = false;

async function send() {
  if (isSending) return;
  isSending = true;
  while (queue.length > 0) {
    const batch = queue.splice(0, queue.length);
    const body = JSON.stringify(batch);
    // What outlives its page may be 64 KB long and no longer (Fetch Standard).
    await fetch('/record', { method: 'POST', body, keepalive: body.length < 10_000 });
  }
  isSending = false;
}

globalThis.record = (entry) => {
  queue.push(entry);
  void send();
};
