/** Colours for whoever has looked at the stream that they go to: picocolors itself would go by stdout, wherever the text goes. */
import pc from 'picocolors'

export const { bold, dim, green, red, yellow } = pc.createColors(true)
