/* SPDX-License-Identifier: MIT */
/* The store's lock. It notices a thread that comes back while it holds the lock: a callback that calls the library. */
#include "base.h"

#include <pthread.h>

struct rpv__lock {
	pthread_mutex_t mutex;
};

rpv_status rpv__lock_new(const rpv__alloc *a, rpv__lock **out)
{
	rpv__lock *lock = rpv__new(a, sizeof *lock);
	if (!lock)
		return RPV_E_NOMEM;
	pthread_mutexattr_t how;
	int failed = pthread_mutexattr_init(&how);
	if (!failed) { /* unreachable: the C library makes attributes without asking for anything */
		failed = pthread_mutexattr_settype(&how, PTHREAD_MUTEX_ERRORCHECK);
		if (!failed) /* unreachable: the kind is one that there is */
			failed = pthread_mutex_init(&lock->mutex, &how);
		pthread_mutexattr_destroy(&how);
	}
	if (failed) { /* unreachable: neither takes memory here */
		rpv__free(a, lock);
		return RPV_E_NOMEM;
	}
	*out = lock;
	return RPV_OK;
}

void rpv__lock_free(const rpv__alloc *a, rpv__lock *lock)
{
	if (!lock)
		return;
	pthread_mutex_destroy(&lock->mutex);
	rpv__free(a, lock);
}

rpv_status rpv__lock_take(rpv__lock *lock)
{
	return pthread_mutex_lock(&lock->mutex) ? RPV_E_BUSY : RPV_OK; /* EDEADLK: this thread holds it */
}

void rpv__lock_give(rpv__lock *lock)
{
	pthread_mutex_unlock(&lock->mutex);
}
