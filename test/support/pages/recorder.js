// Tells the test server what happened in the page, in order: the driver under test has no part in it.
const queue = [];
let isSending = false;

async function send() {
  if (isSending) return;
  isSending = true;
  while (queue.length > 0) {
    const batch = queue.splice(0, queue.length);
    await fetch('/record', { method: 'POST', body: JSON.stringify(batch), keepalive: true });
  }
  isSending = false;
}

globalThis.record = (entry) => {
  queue.push(entry);
  void send();
};
