import { render } from 'preact';
import './style/index.css';
import { SessionContext, openSession } from './session.ts';
import { Shell } from './shell/shell.tsx';

const root = document.getElementById('console');
if (!root) throw new Error('The page has no place for the console.');
render(
  <SessionContext.Provider value={openSession(location, sessionStorage)}>
    <Shell />
  </SessionContext.Provider>,
  root,
);
