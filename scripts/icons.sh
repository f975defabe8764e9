#!/usr/bin/env bash
# Draws the app's icons from the same figures as src-tauri/icons/mark.svg. Needs ImageMagick.
set -euo pipefail
cd "$(dirname "$0")/../src-tauri/icons"

draw() {
    convert -size 1024x1024 xc:none \
        -fill '#1F5F99' -draw 'roundrectangle 0,0 1023,1023 224,224' \
        -fill white -draw 'polygon 288,256 736,256 736,384 416,384 416,512 672,512 672,640 416,640 416,768 288,768' \
        -filter Lanczos -resize "$1x$1" -strip "PNG32:$2"
}

draw 32 32x32.png
draw 128 128x128.png
draw 256 128x128@2x.png
draw 512 icon.png
