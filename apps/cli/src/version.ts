import packageJson from '../package.json' with { type: 'json' };

/** Of the whole project: every workspace has the same. */
export const VERSION: string = packageJson.version;
