// How a state looks: an icon's shape, a word and a colour, never the colour alone.
export type Tone = 'ok' | 'warn' | 'bad' | 'info' | 'primary'
