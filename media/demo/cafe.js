// The café's till. What was ordered can be read from the body's data attributes: order, items, total, name.
const lines = document.querySelector('.lines');
const sum = document.querySelector('output');
const form = document.querySelector('form');
const nameField = document.querySelector('#name');
const problem = document.querySelector('#problem');
const thanks = document.querySelector('.thanks');

/** What was added, by item: its name, price in cents and count. */
const basket = new Map();

function dollars(cents) {
  return (cents / 100).toFixed(2);
}

function total() {
  return [...basket.values()].reduce((cents, item) => cents + item.cents * item.count, 0);
}

function add(button) {
  const { item, name, cents } = button.dataset;
  const count = (basket.get(item)?.count ?? 0) + 1;
  basket.set(item, { name, cents: Number(cents), count });
  problem.textContent = '';
  render();
}

function line(item) {
  const row = document.createElement('li');
  const what = document.createElement('span');
  const price = document.createElement('span');
  what.textContent = `${item.count} × ${item.name}`;
  price.textContent = `$${dollars(item.cents * item.count)}`;
  row.append(what, price);
  return row;
}

function render() {
  lines.replaceChildren(...[...basket.values()].map(line));
  sum.value = `$${dollars(total())}`;
  document.body.dataset.items = [...basket].map(([id, item]) => `${id}:${item.count}`).join(',');
  document.body.dataset.total = dollars(total());
}

function paragraph(className, text) {
  const element = document.createElement('p');
  element.className = className;
  element.textContent = text;
  return element;
}

function place(name) {
  document.body.dataset.order = 'placed';
  document.body.dataset.name = name;
  for (const button of document.querySelectorAll('button')) button.disabled = true;
  nameField.disabled = true;
  const mark = paragraph('mark', '✓');
  mark.ariaHidden = 'true';
  thanks.replaceChildren(
    mark,
    paragraph('heading', `Thank you, ${name}!`),
    paragraph('', 'Your order is on its way.'),
    paragraph('sum', `$${dollars(total())}`),
    paragraph('', 'Pay when you leave.'),
  );
}

for (const button of document.querySelectorAll('[data-item]')) {
  button.addEventListener('click', () => add(button));
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const name = nameField.value.trim();
  nameField.setAttribute('aria-invalid', String(name === ''));
  if (basket.size === 0) problem.textContent = 'Add something first.';
  else if (name === '') problem.textContent = 'Please tell us your name.';
  else place(name);
});
