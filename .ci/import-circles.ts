// Finds import circles: files that import each other, also through others.

/** A file and the files that it imports; files without an entry import nothing. */
export type ImportGraph = Map<string, readonly string[]>;

/** Returns the circles in the graph, each with its first file repeated at its end. */
export function circlesOf(graph: ImportGraph): string[][] {
  const done = new Set<string>();
  const path: string[] = [];
  const circles: string[][] = [];
  const visit = (file: string) => {
    const at = path.indexOf(file);
    if (at >= 0) circles.push([...path.slice(at), file]);
    if (at >= 0 || done.has(file)) return;
    path.push(file);
    for (const target of graph.get(file) ?? []) visit(target);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return circles;
}
