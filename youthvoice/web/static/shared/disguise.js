/* A voice that is not hers: what a microphone hears goes in, a voice drawn by chance comes out. Of hers it keeps what is said
   and when. The sound is built anew, so nothing of her vocal folds is in it:
   1. Pitch and voicing of each window by its autocorrelation, corrected for the window (Boersma 1993, IFA Proceedings 17).
   2. The envelope of its power spectrum without harmonics: smoothed over the width of a pitch (Morise 2015, CheapTrick,
      Speech Communication 67). Its frequencies are warped, which moves formants (Cohen, Kamm, Andreou 1995, JASA 97).
   3. The envelope as a sum of a few cosines over mel bands (Davis, Mermelstein 1980, IEEE ASSP 28). Of each cosine the mean and
      the spread are hers, and become those of many voices (Viikki, Laurila 1998, Speech Communication 25); so does how fast it
      moves. What many share is then coloured by chance.
   4. Pulses at a pitch of their own, whose mean and spread say nothing of hers, and noise, both shaped by that envelope (channel
      vocoder, Dudley 1939, JASA 11), added up again.
   Every number of a voice is drawn by the page with crypto.getRandomValues for one recording (`draws`, from 0 to 1), and most
   drift slowly, so that no constant undoes it. What it knows of her voice ends with the recording. */
"use strict";
(() => {
  const LOWEST = 75, HIGHEST = 600;                  // Hz; of voices, a small child's cry included
  const KNOTS = [0, 500, 1100, 1900, 2900, 4200];    // Hz; between them a warp of its own
  const BANDS = 24, SPREADS = [40, 26, 17, 16, 13, 11, 8.5, 8, 6, 5, 4.7, 4.1, 3.3], COSINES = SPREADS.length;   // dB; of many voices
  const LOUD = 22, MOST_GAIN = 18;                   // dB below full scale, of the lowest bands of speech; dB, up or down
  const MOST_ABOVE = 30;                             // dB; no band is louder than it usually is in speech by more: an "s" is by 29
  const RATE = 0.095;                                // of the square of a spread: how far a cosine moves in ten milliseconds
  const REMEMBERS = 400, PRIOR = 20;                 // windows that a mean holds at most; as many of a mean voice come before the first
  const TAU = 2 * Math.PI;
  const mel = (hertz) => 1127 * Math.log(1 + hertz / 700);
  /** A value that is never near 1: below it or above it by `least` to `most`. */
  const apart = (side, draw, least, most) => (side < 0.5 ? 1 / (1 + least + draw * (most - least)) : 1 + least + draw * (most - least));

  /** Fourier transform of `re` and `im` in place; a power of two. */
  function transform(size) {
    const cos = Float64Array.from({ length: size / 2 }, (_, nth) => Math.cos(TAU * nth / size));
    const sin = Float64Array.from({ length: size / 2 }, (_, nth) => Math.sin(TAU * nth / size));
    const order = new Uint32Array(size), half = size / 2;
    for (let nth = 1; nth < size; nth++) order[nth] = order[nth >> 1] / 2 + (nth & 1 ? half : 0);
    return (re, im) => {
      for (let nth = 0; nth < size; nth++) {
        const other = order[nth];
        if (other <= nth) continue;
        [re[nth], re[other]] = [re[other], re[nth]];
        [im[nth], im[other]] = [im[other], im[nth]];
      }
      for (let wide = 1; wide < size; wide *= 2) {
        const step = half / wide;
        for (let from = 0; from < size; from += 2 * wide) {
          for (let nth = 0; nth < wide; nth++) {
            const low = from + nth, high = low + wide, c = cos[nth * step], s = sin[nth * step];
            const real = re[high] * c + im[high] * s, imaginary = im[high] * c - re[high] * s;
            re[high] = re[low] - real;
            im[high] = im[low] - imaginary;
            re[low] += real;
            im[low] += imaginary;
          }
        }
      }
    };
  }

  /** The numbers of one recording; some are functions of the seconds since it began. */
  function drawVoice(draws) {
    let used = 0;
    const draw = () => draws[used++ % draws.length];
    /** Around `value`, by at most the share `depth`, in waves of ten to forty seconds. */
    const drifts = (value, depth) => {
      const [slow, fast, from, to] = [TAU / (25 + 15 * draw()), TAU / (9 + 8 * draw()), TAU * draw(), TAU * draw()];
      return (seconds) => value * (1 + depth * (0.6 * Math.sin(slow * seconds + from) + 0.4 * Math.sin(fast * seconds + to)));
    };
    const formants = apart(draw(), draw(), 0.12, 0.24);
    return {
      pitch: drifts(150 * 2 ** draw(), 0.04),            // Hz; from 150 to 300
      span: 0.06 + 0.08 * draw(),                        // the spread of its logarithm
      knots: KNOTS.map(() => drifts(formants * (1 + 0.12 * (draw() - 0.5)), 0.03)),
      colour: SPREADS.map((spread, nth) => drifts((nth ? 1.2 * spread : 35) * (draw() - 0.5), 0.5 * draw())),   // dB
      spread: SPREADS.map((spread) => spread * (0.7 + 0.55 * draw())),                                          // dB
      rate: SPREADS.map((_, nth) => RATE * (nth ? 1 : 2.5) * 2 ** (1.6 * (draw() - 0.5))),
      breath: 0.05 + 0.35 * draw(), clear: 1800 + 2800 * draw(),   // share of noise; Hz up to which pulses are heard
      hoarse: 0.3 * (draw() - 0.5),                      // how much less, or more, of a voice each window is
      side: draw(),                                      // below or above her own pitch, where the one drawn would be near it
    };
  }

  class Disguise extends AudioWorkletProcessor {
    constructor({ processorOptions: { draws } }) {
      super();
      const size = this.size = 2 ** Math.round(Math.log2(0.04 * sampleRate));
      this.hop = size / 4;
      this.hertz = sampleRate / size;
      this.voice = drawVoice(draws);
      this.fourier = transform(size);
      for (const name of ["heard", "framed", "pulses", "noise", "said", "re", "im"]) this[name] = new Float64Array(size);
      for (const name of ["power", "sums", "envelope", "warped"]) this[name] = new Float64Array(size / 2 + 2);
      for (const name of ["levels", "gains"]) this[name] = new Float64Array(BANDS);   // dB; of this window, and as they go out
      for (const name of ["means", "shown", "lags"]) this[name] = new Float64Array(COSINES);
      this.window = Float64Array.from({ length: size }, (_, nth) => 0.5 - 0.5 * Math.cos(TAU * nth / size));
      this.energy = this.window.reduce((sum, one) => sum + one * one, 0);
      this.correlate(this.window);
      this.lagged = this.re.map((one) => one / this.re[0]);
      const low = mel(80), step = (mel(Math.min(8000, sampleRate / 2)) - low) / (BANDS + 1);
      this.edges = Float64Array.from({ length: BANDS + 2 }, (_, nth) => 700 * (Math.exp((low + step * nth) / 1127) - 1) / this.hertz);
      this.waves = SPREADS.map((_, nth) => Float64Array.from({ length: BANDS }, (_, band) => Math.sqrt((nth ? 2 : 1) / BANDS) * Math.cos(Math.PI * nth * (band + 0.5) / BANDS)));
      const usual = this.usual = this.levels.map((_, nth) => -LOUD - 8 * Math.max(0, Math.log2(this.edges[nth + 1] * this.hertz / 500)));
      this.target = this.waves.map((wave) => wave.reduce((sum, one, band) => sum + one * usual[band], 0));
      this.squares = Float64Array.from(SPREADS, (one) => one ** 2);
      this.moves = this.squares.map((one) => RATE * one);
      this.loudest = -50;   // dB
      this.windows = this.spoken = this.pitched = this.filled = this.phase = 0;
      this.period = 100;
      this.meanPitch = 0;        // Hz
      this.pitchSquare = 0.02;   // of the logarithm
    }
    /** The autocorrelation of a window's samples, in `re`; its power spectrum, in `power`. */
    correlate(samples) {
      const { re, im, size } = this, half = size / 2;
      for (let nth = 0; nth < size; nth++) { re[nth] = samples[nth]; im[nth] = 0; }
      this.fourier(re, im);
      for (let nth = 0; nth < size; nth++) {
        const power = re[nth] * re[nth] + im[nth] * im[nth];
        if (nth <= half) this.power[nth] = power;
        re[nth] = power;
        im[nth] = 0;
      }
      this.fourier(re, im);
    }
    /** Her pitch in Hz, and how much of a voice it is, 0 to 1. */
    findPitch() {
      const { re, lagged } = this, least = Math.floor(sampleRate / HIGHEST), most = Math.min(Math.ceil(sampleRate / LOWEST), this.size / 2 - 1);
      const alike = (lag) => (re[lag] / re[0]) / lagged[lag];
      let best = 0, lag = 0;
      for (let nth = least; re[0] > 1e-9 && nth <= most; nth++) {
        const here = alike(nth);   // an octave lower has to be better by more than chance
        if (here > best * 1.08 + 0.01 * (lag > 0) && here >= alike(nth - 1) && here >= alike(nth + 1)) [best, lag] = [here, nth];
      }
      return lag ? [sampleRate / lag, Math.max(0, Math.min(1, (best - 0.35) / 0.35 - this.voice.hoarse * (best > 0.35)))] : [0, 0];
    }
    /** Learn her mean pitch and its spread. */
    learnPitch(pitch) {
      const apart = this.pitched ? Math.log(pitch / this.meanPitch) : 0;
      this.pitched = Math.min(this.pitched + 1, REMEMBERS);
      this.meanPitch = (this.meanPitch || pitch) * Math.exp(apart / this.pitched);
      this.pitchSquare += (Math.min(apart * apart, 0.25) - this.pitchSquare) / (this.pitched + PRIOR);
    }
    /** Smooth the power spectrum over the width of a pitch, twice. */
    smooth(width) {
      const { power, sums, envelope } = this, half = this.size / 2, reach = Math.max(1, width / this.hertz / 2);
      let from = power, to = envelope;
      for (let pass = 0; pass < 2; pass++) {
        sums[0] = 0;
        for (let nth = 0; nth <= half; nth++) sums[nth + 1] = sums[nth] + from[nth];
        const upTo = (place) => {
          const whole = Math.floor(place);
          return sums[whole] + (place - whole) * (sums[Math.min(whole + 1, half + 1)] - sums[whole]);
        };
        for (let nth = 0; nth <= half; nth++) {
          const low = Math.max(0, nth + 0.5 - reach), high = Math.min(half + 1, nth + 0.5 + reach);
          to[nth] = (upTo(high) - upTo(low)) / (high - low);
        }
        from = envelope;
      }
    }
    /** Move the envelope's frequencies. */
    warp(seconds) {
      const { envelope, warped, voice, hertz } = this, half = this.size / 2;
      const factors = voice.knots.map((one) => 1 / one(seconds));
      let knot = 0, source = 0;
      for (let nth = 0; nth <= half; nth++) {
        const place = nth * hertz;
        while (knot < KNOTS.length - 1 && place >= KNOTS[knot + 1]) knot++;
        const whole = Math.min(half, Math.floor(source)), part = source - whole;
        warped[nth] = whole >= half ? envelope[half] : envelope[whole] * (1 - part) + envelope[whole + 1] * part;
        source += factors[knot];
      }
    }
    /** The level of each band in dB; gives their mean. */
    measure() {
      const { warped, edges, levels, size } = this;
      for (let band = 0; band < BANDS; band++) {
        const low = Math.floor(edges[band]), high = Math.max(low + 1, Math.min(Math.ceil(edges[band + 2]), size / 2));
        let sum = 0;
        for (let nth = low; nth < high; nth++) sum += warped[nth];
        levels[band] = 10 * Math.log10(sum / (high - low) / this.energy + 1e-12);
      }
      return levels.reduce((sum, one) => sum + one, 0) / BANDS;
    }
    /** Replace mean, spread and speed of each cosine by what many share, coloured by chance; what is no speech fades. */
    colour(seconds) {
      const { levels, gains } = this, loud = this.measure(), speaks = loud > Math.max(-95, this.loudest - 25);
      if (loud > this.loudest + 10) this.spoken = Math.min(this.spoken, PRIOR);   // what came before was the room
      this.loudest = Math.max(loud, this.loudest - 0.02);
      if (speaks) this.spoken = Math.min(this.spoken + 1, REMEMBERS);
      const quiet = Math.max(0, this.loudest - 22 - loud);
      gains.fill(loud < -110 ? -200 : -quiet);
      for (let nth = 0; nth < COSINES; nth++) {
        const wave = this.waves[nth], shown = this.move(nth, wave.reduce((sum, one, band) => sum + one * levels[band], 0), speaks, seconds);
        for (let band = 0; band < BANDS; band++) gains[band] += wave[band] * shown;
      }
      /* Where a microphone passes nothing on in a band, its usual level is far below speech, and whatever comes would burst out. */
      for (let band = 0; band < BANDS; band++) gains[band] = Math.min(gains[band], this.usual[band] + MOST_ABOVE);
      this.draw();
    }
    /** One cosine, as it goes out. */
    move(nth, here, speaks, seconds) {
      const { means, squares, shown, lags, moves, voice } = this, spread = voice.spread[nth], apart = here - means[nth];
      if (speaks) {
        means[nth] += apart / this.spoken;
        squares[nth] += (apart * apart - squares[nth]) / (this.spoken + PRIOR);
      }
      const known = this.spoken / (this.spoken + PRIOR), most = nth ? Infinity : MOST_GAIN * Math.sqrt(BANDS);
      const base = means[nth] + known * Math.max(-most, Math.min(most, this.target[nth] - means[nth]));
      const factor = Math.max(0.4, Math.min(2, spread / Math.sqrt(squares[nth])));
      const goal = base + factor * Math.max(-4 * spread, apart) + voice.colour[nth](seconds), before = shown[nth];
      shown[nth] = goal + (speaks ? lags[nth] * (before - goal) : 0);
      if (speaks) {
        moves[nth] += ((shown[nth] - before) ** 2 - moves[nth]) / (this.spoken + PRIOR);
        lags[nth] = Math.max(0, Math.min(0.7, lags[nth] + (moves[nth] > voice.rate[nth] * spread * spread ? 0.02 : -0.02)));
      }
      return shown[nth];
    }
    /** The envelope as the bands have it. */
    draw() {
      const { warped, edges, gains, energy } = this, half = this.size / 2;
      for (let nth = 0, band = 0; nth <= half; nth++) {
        while (band < BANDS - 1 && nth >= edges[band + 1]) band++;
        const low = Math.max(0, band - 1), part = band > low ? Math.max(0, Math.min(1, (nth - edges[band]) / (edges[band + 1] - edges[band]))) : 0;
        warped[nth] = energy * 10 ** ((gains[low] * (1 - part) + gains[band] * part) / 10);
      }
    }
    /** Pulses and noise of one step, at a pitch that says nothing of how high she speaks. */
    excite(pitch, seconds) {
      const { voice, pulses, noise, size, hop } = this;
      pulses.copyWithin(0, hop);
      noise.copyWithin(0, hop);
      if (pitch) {
        const wanted = voice.pitch(seconds), near = Math.abs(Math.log(wanted / this.meanPitch)) < 0.165;
        const centre = near ? this.meanPitch * (voice.side < 0.5 ? 0.8 : 1.25) : wanted;
        const apart = Math.max(-2.5, Math.min(2.5, Math.log(pitch / this.meanPitch) / Math.sqrt(this.pitchSquare)));
        this.period += 0.4 * (sampleRate / Math.max(90, Math.min(480, centre * Math.exp(voice.span * apart))) - this.period);
      }
      for (let nth = size - hop; nth < size; nth++) {
        this.phase += 1;
        pulses[nth] = 0;
        if (this.phase >= this.period) {
          this.phase -= this.period * (1 + 0.02 * (Math.random() - 0.5));
          pulses[nth] = Math.sqrt(this.period);
        }
        noise[nth] = 1.732 * (2 * Math.random() - 1);
      }
    }
    /** One window in, one window out. */
    step() {
      const { re, im, size, hop, window, said } = this, seconds = this.windows++ * hop / sampleRate;
      for (let nth = 0; nth < size; nth++) this.framed[nth] = this.heard[nth] * window[nth];
      this.correlate(this.framed);
      const [pitch, voiced] = this.findPitch();
      if (voiced > 0.5) this.learnPitch(pitch);
      this.smooth(voiced > 0.3 ? Math.max(pitch, 180) : 250);
      this.warp(seconds);
      this.colour(seconds);
      this.excite(voiced > 0.3 && this.meanPitch ? pitch : 0, seconds);
      for (let nth = 0; nth < size; nth++) [re[nth], im[nth]] = [this.pulses[nth] * window[nth], this.noise[nth] * window[nth]];
      this.fourier(re, im);
      this.shape(voiced);
      this.fourier(re, im);   // of a spectrum that mirrors itself this is the way back, turned round
      said.copyWithin(0, hop);
      said.fill(0, size - hop);
      for (let nth = 0; nth < size; nth++) said[nth] += re[(size - nth) % size] * window[nth] / 1.5 / size;   // squares of windows add up to 1.5
    }
    /** The spectrum of both, weighed and shaped: pulses lie in `re` and noise in `im`, transformed at once. */
    shape(voiced) {
      const { re, im, size, warped, voice, hertz } = this, half = size / 2;
      for (let nth = 0; nth <= half; nth++) {
        const other = (size - nth) % size;
        const pulse = [(re[nth] + re[other]) / 2, (im[nth] - im[other]) / 2], noise = [(im[nth] + im[other]) / 2, (re[other] - re[nth]) / 2];
        const high = 1 / (1 + (nth * hertz / voice.clear) ** 4), share = voiced * (1 - voice.breath) * (0.15 + 0.85 * high);
        const gain = Math.sqrt(warped[nth] / this.energy), [a, b] = [gain * Math.sqrt(share), gain * Math.sqrt(1 - share)];
        const real = a * pulse[0] + b * noise[0], imaginary = a * pulse[1] + b * noise[1];
        re[nth] = re[other] = real;
        im[nth] = imaginary;
        im[other] = -imaginary;
      }
      im[0] = im[half] = 0;
    }
    /** Nothing goes out that was not built here: before the first window is full, silence. */
    process([[input]], [[output]]) {
      if (!output) return true;
      for (let nth = 0; nth < output.length; nth++) {
        const place = this.filled++;
        this.heard[this.size - this.hop + place] = input?.[nth] ?? 0;
        const so = this.said[place], loud = Math.abs(so);
        output[nth] = loud < 0.7 ? so : Math.sign(so) * (0.7 + 0.3 * Math.tanh((loud - 0.7) / 0.3));
        if (this.filled < this.hop) continue;
        this.step();
        this.heard.copyWithin(0, this.hop);
        this.filled = 0;
      }
      return true;
    }
  }
  registerProcessor("disguise", Disguise);
})();
