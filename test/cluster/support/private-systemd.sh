# Becomes the systemd of a mount namespace in which the machine is read-only; run by private-systemd.ts.
# What systemd and its units may write is put over it: $1 is a folder whose files are copied to /opt.
set -eu
mount --make-rprivate /
sed 's/^\S* \S* \S* \S* \(\S*\) .*/\1/' /proc/self/mountinfo | while read -r at; do
  case $at in /proc | /proc/*) continue ;; esac
  mount -o remount,bind,ro "$at" 2> /dev/null || true
  # Nothing is started where a place stays writable.
  if [ -w "$at" ]; then echo "$at cannot be made read-only" >&2; exit 1; fi
done
mount --bind /proc/sys /proc/sys
mount -o remount,bind,ro /proc/sys

for at in /run /var /opt /usr/local/share; do mount -t tmpfs tmpfs $at; done
cp -a /etc /run/etc
mount --bind /run/etc /etc
cp "$1"/* /opt
mount -t tmpfs tmpfs /tmp
mkdir -p /var/tmp /var/lib /run/units

# Devices of its own: systemd clones them for PrivateDevices.
mount -t tmpfs -o mode=755,dev tmpfs /dev
mkdir /dev/mqueue /dev/hugepages /dev/shm /dev/pts
mount -t devpts -o newinstance,ptmxmode=0666 devpts /dev/pts
for device in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0 ptmx:5:2; do
  IFS=: read -r name major minor <<- END
	$device
	END
  mknod -m 666 "/dev/$name" c "$major" "$minor"
done

# The machine's own units stay out: nothing is started but what the test installs.
mount -t cgroup2 none /sys/fs/cgroup
for target in sysinit basic shutdown network-online multi-user nss-lookup; do
  printf '[Unit]\nDefaultDependencies=no\n' > "/run/units/$target.target"
done
exec env -i container=gw-test PATH=/usr/sbin:/usr/bin:/sbin:/bin \
  SYSTEMD_UNIT_PATH=/etc/systemd/system:/run/units \
  setpriv --bounding-set=-sys_module,-sys_time,-sys_boot \
  "$2" --system --log-target=null --show-status=no --unit=basic.target
