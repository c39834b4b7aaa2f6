import { render } from 'preact';

render(<p>page</p>, document.body);
