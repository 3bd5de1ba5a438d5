#!/bin/bash
case $usrHow in
    command) shutdown -r now ;;
    systemctl) systemctl reboot ;;
    sysrq) echo b >/proc/sysrq-trigger ;;
    syscall) chmod +x raw-reboot && ./raw-reboot --on-a-rehearsal-device ;;
esac
echo "tried $usrHow"
exit 0
