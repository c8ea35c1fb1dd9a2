// Measures as the kernel numbers them and as the protocol names them.
import { CaptureName, DoubtName, Measure as KernelMeasure, MeasureName } from '@rtprobe/abi';
import { CAPTURES, type Capture, DOUBTS, type Doubt, MEASURES, type Measure } from '@rtprobe/protocol';

/** Returns undefined if this version does not have the measure. */
export function measureOf(value: number | undefined): Measure | undefined {
  const name = value === undefined ? undefined : MeasureName[value];
  return MEASURES.find((measure) => measure === name);
}

/** Returns the number of a measure in the ABI. */
export function measureNumber(measure: Measure): number {
  return Object.values(KernelMeasure).find((value) => MeasureName[value] === measure)!;
}

/** The measures as the kernel's bits. */
export function measureBits(measures: readonly Measure[]): number {
  return measures.reduce((bits, measure) => bits | (1 << measureNumber(measure)), 0);
}

export function measuresOf(bits: number): Measure[] {
  return MEASURES.filter((name) => bits & (1 << measureNumber(name)));
}

/** What can be captured as the kernel's bits, whose names are those of the protocol. */
export function captureBits(captures: readonly Capture[]): number {
  const bits = Object.entries(CaptureName).filter(([, name]) => captures.some((c) => c === name));
  return bits.reduce((sum, [bit]) => sum | Number(bit), 0);
}

export function capturesOf(bits: number): Capture[] {
  return CAPTURES.filter((capture) => bits & captureBits([capture]));
}

export function doubtsOf(bits: number): Doubt[] {
  const names = Object.entries(DoubtName).flatMap(([bit, name]) => (bits & Number(bit) ? [name] : []));
  return DOUBTS.filter((doubt) => names.includes(doubt));
}
