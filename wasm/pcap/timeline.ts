/** A step back in time that no capture's own disorder explains: packets of several CPUs mix within milliseconds. */
const CLOCK_STEP: f64 = 0.1;

/** As `Timeline` of src/pcap/timeline.ts has its numbers. */
@unmanaged
class Timeline {
  isStarted: f64;
  startSeconds: f64;
  startNanoseconds: f64;
  last: f64;
  earliest: f64;
  latest: f64;
  seconds: f64;
  nanoseconds: f64;
}

/** Behind the packet's own place. */
export const TIMELINE_AT: usize = 1280;
const t: Timeline = changetype<Timeline>(TIMELINE_AT);

/** Seconds since the first packet; NaN where the clock steps back, of which nothing is noted yet. */
export function stamp(seconds: u32, nanoseconds: u32): f64 {
  if (t.isStarted == 0) {
    t.isStarted = 1;
    t.startSeconds = seconds;
    t.startNanoseconds = nanoseconds;
  }
  const time = <f64>seconds - t.startSeconds + (<f64>nanoseconds - t.startNanoseconds) / 1000000000;
  if (time < t.last - CLOCK_STEP) return NaN;
  t.last = time;
  t.seconds = seconds;
  t.nanoseconds = nanoseconds;
  if (time > t.latest) t.latest = time;
  if (time < t.earliest) t.earliest = time;
  return time;
}
