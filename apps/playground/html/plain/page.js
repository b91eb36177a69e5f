const EVENTS = [
  'ready',
  'open',
  'close',
  'jobCreated',
  'jobUpdated',
  'uploadStarted',
  'uploadCompleted',
  'rowsSubmitted',
  'importCompleted',
  'error',
];
const importButton = document.querySelector('#import');

// The script is loaded asynchronously and may finish after this one.
const script = document.querySelector('script[src="/embed/inlet.js"]');
if (window.Inlet) begin();
else script.addEventListener('load', begin);

function begin() {
  const inlet = window.Inlet.init({
    publishableKey: importButton.dataset.key,
    templateId: importButton.dataset.template,
    userToken: async () => (await fetch('/demo/user-token')).text(),
    appearance: { colorScheme: 'auto', primaryColor: '#0e7490' },
  });
  importButton.addEventListener('click', () => inlet.open());
  document.querySelector('#my-imports').addEventListener('click', () => inlet.open({ view: 'imports' }));
  for (const name of EVENTS) {
    inlet.on(name, (data) => note(name, data));
    // Events of the widget that the other button opens, by its attribute.
    document.addEventListener(`inlet:${name}`, ({ detail }) => note(name, detail));
  }
}

function note(name, data) {
  const line = document.createElement('li');
  line.textContent = `${new Date().toLocaleTimeString()}  ${name}  ${JSON.stringify(data)}`;
  document.querySelector('#events').prepend(line);
}
