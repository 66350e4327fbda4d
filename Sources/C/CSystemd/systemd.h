/*
 * What the tools use of libsystemd: the bus on which systemd tells of units, the
 * journal, and what a service says of itself.
 */
#ifndef CSYSTEMD_H
#define CSYSTEMD_H

#include <systemd/sd-bus.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>

#endif
