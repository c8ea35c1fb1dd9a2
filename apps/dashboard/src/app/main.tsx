import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { start } from './start.ts';

const root = createRoot(document.getElementById('root')!);
start(window, (parts) => root.render(<App {...parts} />));
