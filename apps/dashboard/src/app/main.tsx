import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { start } from './start.ts';

const parts = start(window);
createRoot(document.getElementById('root')!).render(<App {...parts} />);
