// The histogram of a page. Recharts is larger than the rest of the first screen together, so it loads after it.
import { lazyPart } from '../../ui/lazy-part.tsx';

export const Distribution = lazyPart(async () => (await import('./DistributionChart.tsx')).DistributionChart);
