#!/bin/busybox sh
# The guest's first process: drivers, then our program, then off, whatever happens.
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
while read -r module; do insmod "$module" || echo "not loaded: $module"; done < /modules/list
# The host ends the machine before this; it is for a host that has died.
timeout -k 1 150 node --enable-source-maps /app/main.mjs || dmesg
poweroff -f
