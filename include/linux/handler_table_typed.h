/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_HANDLER_TABLE_TYPED_H
#define _LINUX_HANDLER_TABLE_TYPED_H

/*
 * handler_table_typed: tables whose handlers are of any type
 *
 * API overview:
 *
 *   DEFINE_TYPED_HANDLER_TABLE(name, nr, type);
 *   DEFINE_STATIC_TYPED_HANDLER_TABLE(name, nr, type);
 *   DECLARE_TYPED_HANDLER_TABLE(name, type);		in a header,
 *   DEFINE_DECLARED_TYPED_HANDLER_TABLE(name, nr);	with this in one file
 *   and the same with BOUND for TYPED, or with SLEEPABLE_TYPED or SLEEPABLE_BOUND
 *
 *   handler_table_register_typed(t, idx, fn);		empty -> fn
 *   handler_table_remove_typed(t, idx, fn);		fn    -> empty
 *   handler_table_remove_typed_sync(t, idx, fn);
 *   handler_table_replace_typed(t, idx, old, new);	old   -> new
 *   handler_table_unregister_typed(t, idx);		any   -> empty
 *   handler_table_unregister_typed_sync(t, idx);
 *   handler_table_swap_typed(t, idx, fn, &old);	any   -> fn
 *   handler_table_peek_typed(t, idx);
 *   handler_table_untyped(t)		for publish, synchronize, call
 *
 *   handler_table_dispatch_typed(t, idx, &result, args...)
 *   handler_table_dispatch_typed_void(t, idx, args...)
 *   handler_table_dispatch_bound(t, idx, &result, member, args...)
 *   handler_table_dispatch_bound_void(t, idx, member, args...)
 *   and the same with sleepable_typed for typed, and sleepable_bound for bound
 *
 * Usage example:
 *
 *   DEFINE_STATIC_TYPED_HANDLER_TABLE(filters, 256,
 *				       int (struct sk_buff *skb, u32 mark));
 *
 *   static int drop_marked(struct sk_buff *skb, u32 mark) { ... }
 *
 *   ret = handler_table_register_typed(&filters, 6, drop_marked);
 *   ...
 *   if (handler_table_dispatch_typed(&filters, protocol, &verdict, skb, mark))
 *           the handler's result is in verdict
 *
 * How it works:
 *
 *   The slots, and all that happens to them, are those of a plain table: one
 *   word each, and each of these calls is the one of <linux/handler_table.h>
 *   whose name it begins with, contexts, errors and ordering included. What is
 *   added exists for the compiler alone. A typed table is a structure of its
 *   own, with a member of size 0 that says what its slots stand for; the
 *   macros check against it what is put in, and give it to what comes out. The
 *   core never calls through such a word, and the dispatch calls through
 *   exactly the type that the handler was defined with, as kCFI demands.
 *
 *   Typed: the word is the address of a function.
 *
 *   Bound: the word is the address of a descriptor, a structure of the user's
 *   that begins with a pointer to a function. Function, context and whatever
 *   else belongs to them change as one: a dispatch sees all of one descriptor.
 *   A descriptor must not be changed while it is in a table, nor freed until
 *   handler_table_synchronize() has returned or the function of
 *   handler_table_call() runs. It is passed to the handler, which finds with
 *   container_of() what it is embedded in.
 *
 *	struct sink {
 *		void (*write)(struct sink *sink, const struct record *record);
 *		...
 *	};
 *	DEFINE_STATIC_BOUND_HANDLER_TABLE(sinks, 8, struct sink);
 *
 *	handler_table_register_typed(&sinks, 0, &file->sink);
 *	handler_table_dispatch_bound_void(&sinks, 0, write, record);
 */

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/export.h>
#include <linux/handler_table.h>
#include <linux/stddef.h>

/* The kinds of table, for struct handler_table::kind. */
extern const struct handler_table_kind handler_table_kind_typed;
extern const struct handler_table_kind handler_table_kind_bound;
extern const struct handler_table_kind handler_table_kind_sleepable_typed;
extern const struct handler_table_kind handler_table_kind_sleepable_bound;

/*
 * As struct handler_table, but that the slots have a type. The members of size
 * 0 are looked at by the compiler only; the name of the second one is for the
 * reader of an error message.
 */
#define __HANDLER_TABLE_STRUCT(_name, _kind, _type...)			\
struct _name##_handler_table {						\
	/* private: */							\
	__HANDLER_TABLE_HEADER;						\
	typeof(_type)			*handlers[0];			\
	char				 this_table_is_##_kind[0];	\
	atomic_long_t			 slots[] ____cacheline_aligned;	\
};									\
static_assert(offsetof(struct _name##_handler_table, slots) ==		\
	      offsetof(struct handler_table, slots))

#define __HANDLER_TABLE_DEFINE(_static, _name, _nr, _kind)		\
	__HANDLER_TABLE_CHECK_NR(_nr);					\
	static_assert(sizeof_field(struct _name##_handler_table,	\
				   this_table_is_##_kind) == 0);	\
	_static struct _name##_handler_table _name =			\
		__HANDLER_TABLE_INIT(_name, _nr, 0,			\
				     &handler_table_kind_##_kind)

/**
 * DECLARE_TYPED_HANDLER_TABLE - declare a table of typed handlers, in a header
 * @_name: the variable, of type struct @_name_handler_table
 * @_type: the type of its handlers: that of a function, without a name, such
 *	   as ``int (struct sk_buff *skb, u32 mark)``
 */
#define DECLARE_TYPED_HANDLER_TABLE(_name, _type...)			\
	__HANDLER_TABLE_STRUCT(_name, typed, _type);			\
	extern struct _name##_handler_table _name

/**
 * DEFINE_DECLARED_TYPED_HANDLER_TABLE - define a table that a header declares
 * @_name: as declared
 * @_nr: the number of slots, a constant from 1 to 65,536
 *
 * See DEFINE_HANDLER_TABLE().
 */
#define DEFINE_DECLARED_TYPED_HANDLER_TABLE(_name, _nr)			\
	__HANDLER_TABLE_DEFINE(, _name, _nr, typed)

/**
 * DEFINE_TYPED_HANDLER_TABLE - define a table of typed handlers
 * @_name: as for DECLARE_TYPED_HANDLER_TABLE()
 * @_nr: the number of slots, a constant from 1 to 65,536
 * @_type: as for DECLARE_TYPED_HANDLER_TABLE()
 */
#define DEFINE_TYPED_HANDLER_TABLE(_name, _nr, _type...)		\
	DECLARE_TYPED_HANDLER_TABLE(_name, _type);			\
	DEFINE_DECLARED_TYPED_HANDLER_TABLE(_name, _nr)

/**
 * DEFINE_STATIC_TYPED_HANDLER_TABLE - the same, static to its file
 * @_name: as for DECLARE_TYPED_HANDLER_TABLE()
 * @_nr: the number of slots, a constant from 1 to 65,536
 * @_type: as for DECLARE_TYPED_HANDLER_TABLE()
 */
#define DEFINE_STATIC_TYPED_HANDLER_TABLE(_name, _nr, _type...)		\
	__HANDLER_TABLE_STRUCT(_name, typed, _type);			\
	__HANDLER_TABLE_DEFINE(static, _name, _nr, typed)

/**
 * DECLARE_BOUND_HANDLER_TABLE - declare a table of bound handlers, in a header
 * @_name: the variable, of type struct @_name_handler_table
 * @_type: the type of its descriptors: a structure that begins with a pointer
 *	   to a function
 */
#define DECLARE_BOUND_HANDLER_TABLE(_name, _type)			\
	__HANDLER_TABLE_STRUCT(_name, bound, _type);			\
	extern struct _name##_handler_table _name

/**
 * DEFINE_DECLARED_BOUND_HANDLER_TABLE - define a table that a header declares
 * @_name: as declared
 * @_nr: the number of slots, a constant from 1 to 65,536
 */
#define DEFINE_DECLARED_BOUND_HANDLER_TABLE(_name, _nr)			\
	__HANDLER_TABLE_DEFINE(, _name, _nr, bound)

/**
 * DEFINE_BOUND_HANDLER_TABLE - define a table of bound handlers
 * @_name: as for DECLARE_BOUND_HANDLER_TABLE()
 * @_nr: the number of slots, a constant from 1 to 65,536
 * @_type: as for DECLARE_BOUND_HANDLER_TABLE()
 */
#define DEFINE_BOUND_HANDLER_TABLE(_name, _nr, _type)			\
	DECLARE_BOUND_HANDLER_TABLE(_name, _type);			\
	DEFINE_DECLARED_BOUND_HANDLER_TABLE(_name, _nr)

/**
 * DEFINE_STATIC_BOUND_HANDLER_TABLE - the same, static to its file
 * @_name: as for DECLARE_BOUND_HANDLER_TABLE()
 * @_nr: the number of slots, a constant from 1 to 65,536
 * @_type: as for DECLARE_BOUND_HANDLER_TABLE()
 */
#define DEFINE_STATIC_BOUND_HANDLER_TABLE(_name, _nr, _type)		\
	__HANDLER_TABLE_STRUCT(_name, bound, _type);			\
	__HANDLER_TABLE_DEFINE(static, _name, _nr, bound)

/**
 * DECLARE_SLEEPABLE_TYPED_HANDLER_TABLE - declare a table of typed handlers that may sleep
 * @_name: the variable, of type struct @_name_handler_table
 * @_type: as for DECLARE_TYPED_HANDLER_TABLE()
 */
#define DECLARE_SLEEPABLE_TYPED_HANDLER_TABLE(_name, _type...)		\
	__HANDLER_TABLE_STRUCT(_name, sleepable_typed, _type);		\
	extern struct _name##_handler_table _name

/**
 * DEFINE_DECLARED_SLEEPABLE_TYPED_HANDLER_TABLE - define a table that a header declares
 * @_name: as declared
 * @_nr: the number of slots, a constant from 1 to 65,536
 */
#define DEFINE_DECLARED_SLEEPABLE_TYPED_HANDLER_TABLE(_name, _nr)	\
	__HANDLER_TABLE_DEFINE(, _name, _nr, sleepable_typed)

/**
 * DEFINE_SLEEPABLE_TYPED_HANDLER_TABLE - define a table of typed handlers that may sleep
 * @_name: as for DECLARE_TYPED_HANDLER_TABLE()
 * @_nr: the number of slots, a constant from 1 to 65,536
 * @_type: as for DECLARE_TYPED_HANDLER_TABLE()
 */
#define DEFINE_SLEEPABLE_TYPED_HANDLER_TABLE(_name, _nr, _type...)	\
	DECLARE_SLEEPABLE_TYPED_HANDLER_TABLE(_name, _type);		\
	DEFINE_DECLARED_SLEEPABLE_TYPED_HANDLER_TABLE(_name, _nr)

/**
 * DEFINE_STATIC_SLEEPABLE_TYPED_HANDLER_TABLE - the same, static to its file
 * @_name: as for DECLARE_TYPED_HANDLER_TABLE()
 * @_nr: the number of slots, a constant from 1 to 65,536
 * @_type: as for DECLARE_TYPED_HANDLER_TABLE()
 */
#define DEFINE_STATIC_SLEEPABLE_TYPED_HANDLER_TABLE(_name, _nr, _type...) \
	__HANDLER_TABLE_STRUCT(_name, sleepable_typed, _type);		\
	__HANDLER_TABLE_DEFINE(static, _name, _nr, sleepable_typed)

/**
 * DECLARE_SLEEPABLE_BOUND_HANDLER_TABLE - declare a table of bound handlers that may sleep
 * @_name: the variable, of type struct @_name_handler_table
 * @_type: as for DECLARE_BOUND_HANDLER_TABLE()
 */
#define DECLARE_SLEEPABLE_BOUND_HANDLER_TABLE(_name, _type)		\
	__HANDLER_TABLE_STRUCT(_name, sleepable_bound, _type);		\
	extern struct _name##_handler_table _name

/**
 * DEFINE_DECLARED_SLEEPABLE_BOUND_HANDLER_TABLE - define a table that a header declares
 * @_name: as declared
 * @_nr: the number of slots, a constant from 1 to 65,536
 */
#define DEFINE_DECLARED_SLEEPABLE_BOUND_HANDLER_TABLE(_name, _nr)	\
	__HANDLER_TABLE_DEFINE(, _name, _nr, sleepable_bound)

/**
 * DEFINE_SLEEPABLE_BOUND_HANDLER_TABLE - define a table of bound handlers that may sleep
 * @_name: as for DECLARE_BOUND_HANDLER_TABLE()
 * @_nr: the number of slots, a constant from 1 to 65,536
 * @_type: as for DECLARE_BOUND_HANDLER_TABLE()
 */
#define DEFINE_SLEEPABLE_BOUND_HANDLER_TABLE(_name, _nr, _type)	\
	DECLARE_SLEEPABLE_BOUND_HANDLER_TABLE(_name, _type);		\
	DEFINE_DECLARED_SLEEPABLE_BOUND_HANDLER_TABLE(_name, _nr)

/**
 * DEFINE_STATIC_SLEEPABLE_BOUND_HANDLER_TABLE - the same, static to its file
 * @_name: as for DECLARE_BOUND_HANDLER_TABLE()
 * @_nr: the number of slots, a constant from 1 to 65,536
 * @_type: as for DECLARE_BOUND_HANDLER_TABLE()
 */
#define DEFINE_STATIC_SLEEPABLE_BOUND_HANDLER_TABLE(_name, _nr, _type) \
	__HANDLER_TABLE_STRUCT(_name, sleepable_bound, _type);		\
	__HANDLER_TABLE_DEFINE(static, _name, _nr, sleepable_bound)

/**
 * TYPED_HANDLER_TABLE - the type of a table of typed handlers
 * @_name: the type is called struct @_name_handler_table
 * @_type: as for DECLARE_TYPED_HANDLER_TABLE()
 *
 * For tables that are allocated, and to pass on pointers to a table.
 */
#define TYPED_HANDLER_TABLE(_name, _type...)				\
	__HANDLER_TABLE_STRUCT(_name, typed, _type)

/**
 * BOUND_HANDLER_TABLE - the type of a table of bound handlers
 * @_name: the type is called struct @_name_handler_table
 * @_type: as for DECLARE_BOUND_HANDLER_TABLE()
 */
#define BOUND_HANDLER_TABLE(_name, _type)				\
	__HANDLER_TABLE_STRUCT(_name, bound, _type)

/**
 * SLEEPABLE_TYPED_HANDLER_TABLE - the type of a table of typed handlers that may sleep
 * @_name: the type is called struct @_name_handler_table
 * @_type: as for DECLARE_TYPED_HANDLER_TABLE()
 */
#define SLEEPABLE_TYPED_HANDLER_TABLE(_name, _type...)			\
	__HANDLER_TABLE_STRUCT(_name, sleepable_typed, _type)

/**
 * SLEEPABLE_BOUND_HANDLER_TABLE - the type of a table of bound handlers that may sleep
 * @_name: the type is called struct @_name_handler_table
 * @_type: as for DECLARE_BOUND_HANDLER_TABLE()
 */
#define SLEEPABLE_BOUND_HANDLER_TABLE(_name, _type)			\
	__HANDLER_TABLE_STRUCT(_name, sleepable_bound, _type)

#define __HANDLER_TABLE_ALLOC(_struct, _kind, _name, _nr, _gfp)		\
({									\
	static_assert(sizeof_field(struct _struct##_handler_table,	\
				   this_table_is_##_kind) == 0);	\
	(struct _struct##_handler_table *)				\
		__handler_table_alloc(_name, _nr, _gfp, THIS_MODULE,	\
				      &handler_table_kind_##_kind);	\
})

/**
 * handler_table_alloc_typed - allocate a table of typed handlers
 * @_struct: the first argument of TYPED_HANDLER_TABLE()
 * @_name: the table's name, which is copied
 * @_nr: the number of slots, from 1 to 1,048,576
 * @_gfp: how to allocate
 *
 * To be freed with handler_table_free(handler_table_untyped(t)).
 *
 * Context: As @_gfp allows.
 * Return: as handler_table_alloc().
 */
#define handler_table_alloc_typed(_struct, _name, _nr, _gfp)		\
	__HANDLER_TABLE_ALLOC(_struct, typed, _name, _nr, _gfp)

/**
 * handler_table_alloc_bound - allocate a table of bound handlers
 * @_struct: the first argument of BOUND_HANDLER_TABLE()
 * @_name: the table's name, which is copied
 * @_nr: the number of slots, from 1 to 1,048,576
 * @_gfp: how to allocate
 */
#define handler_table_alloc_bound(_struct, _name, _nr, _gfp)		\
	__HANDLER_TABLE_ALLOC(_struct, bound, _name, _nr, _gfp)

/**
 * handler_table_alloc_sleepable_typed - allocate a table of typed handlers that may sleep
 * @_struct: the first argument of SLEEPABLE_TYPED_HANDLER_TABLE()
 * @_name: the table's name, which is copied
 * @_nr: the number of slots, from 1 to 1,048,576
 * @_gfp: how to allocate
 */
#define handler_table_alloc_sleepable_typed(_struct, _name, _nr, _gfp)	\
	__HANDLER_TABLE_ALLOC(_struct, sleepable_typed, _name, _nr, _gfp)

/**
 * handler_table_alloc_sleepable_bound - allocate a table of bound handlers that may sleep
 * @_struct: the first argument of SLEEPABLE_BOUND_HANDLER_TABLE()
 * @_name: the table's name, which is copied
 * @_nr: the number of slots, from 1 to 1,048,576
 * @_gfp: how to allocate
 */
#define handler_table_alloc_sleepable_bound(_struct, _name, _nr, _gfp)	\
	__HANDLER_TABLE_ALLOC(_struct, sleepable_bound, _name, _nr, _gfp)

/* What a slot of the table stands for: a function, or a descriptor. */
#define __handler_table_type(_t)	typeof(*(_t)->handlers)

/*
 * In and out of a word. Anything but the one type does not compile. Pointers
 * are compared: of a function by itself sparse would look at the body, twice.
 */
#define __handler_table_to_word(_t, _handler)				\
({									\
	static_assert(__same_type(&*(_handler), *(_t)->handlers),	\
		      "this handler has not the type of the table");	\
	(handler_fn_t)(unsigned long)(_handler);			\
})

#define __handler_table_from_word(_t, _word)				\
	((__handler_table_type(_t))(unsigned long)(_word))

/**
 * handler_table_untyped - the table, for the calls that have no handler
 * @_t: a typed or bound table
 *
 * For handler_table_publish(), handler_table_synchronize() and their like.
 *
 * Return: the &struct handler_table.
 */
#define handler_table_untyped(_t)					\
({									\
	(void)sizeof((_t)->handlers);					\
	(struct handler_table *)(_t);					\
})

/**
 * handler_table_register_typed - handler_table_register() with a type
 * @_t: the table
 * @_idx: the slot
 * @_fn: the handler, or the descriptor
 *
 * Context, ordering and result are those of handler_table_register().
 */
#define handler_table_register_typed(_t, _idx, _fn)			\
	handler_table_register(handler_table_untyped(_t), _idx,		\
			       __handler_table_to_word(_t, _fn))

/**
 * handler_table_unregister_typed - handler_table_unregister() with a type
 * @_t: the table
 * @_idx: the slot
 */
#define handler_table_unregister_typed(_t, _idx)			\
	__handler_table_from_word(_t,					\
		handler_table_unregister(handler_table_untyped(_t), _idx))

/**
 * handler_table_unregister_typed_sync - handler_table_unregister_sync() with a type
 * @_t: the table
 * @_idx: the slot
 */
#define handler_table_unregister_typed_sync(_t, _idx)			\
	__handler_table_from_word(_t,					\
		handler_table_unregister_sync(handler_table_untyped(_t), _idx))

/**
 * handler_table_remove_typed - handler_table_remove() with a type
 * @_t: the table
 * @_idx: the slot
 * @_fn: the handler, or the descriptor
 */
#define handler_table_remove_typed(_t, _idx, _fn)			\
	handler_table_remove(handler_table_untyped(_t), _idx,		\
			     __handler_table_to_word(_t, _fn))

/**
 * handler_table_remove_typed_sync - handler_table_remove_sync() with a type
 * @_t: the table
 * @_idx: the slot
 * @_fn: the handler, or the descriptor
 */
#define handler_table_remove_typed_sync(_t, _idx, _fn)			\
	handler_table_remove_sync(handler_table_untyped(_t), _idx,	\
				  __handler_table_to_word(_t, _fn))

/**
 * handler_table_replace_typed - handler_table_replace() with a type
 * @_t: the table
 * @_idx: the slot
 * @_old: the handler, or descriptor, that it should hold
 * @_new: the one to install
 */
#define handler_table_replace_typed(_t, _idx, _old, _new)		\
	handler_table_replace(handler_table_untyped(_t), _idx,		\
			      __handler_table_to_word(_t, _old),	\
			      __handler_table_to_word(_t, _new))

/**
 * handler_table_swap_typed - handler_table_swap() with a type
 * @_t: the table
 * @_idx: the slot
 * @_fn: the handler, or descriptor, to install
 * @_old: where to store the previous one; may be NULL
 */
#define handler_table_swap_typed(_t, _idx, _fn, _old)			\
({									\
	typeof(&(_t)->handlers[0]) _old_typed = (_old);			\
	handler_fn_t _old_word;						\
	int _ret = handler_table_swap(handler_table_untyped(_t), _idx,	\
				      __handler_table_to_word(_t, _fn),	\
				      &_old_word);			\
									\
	if (!_ret && _old_typed)					\
		*_old_typed = __handler_table_from_word(_t, _old_word);	\
	_ret;								\
})

/**
 * handler_table_peek_typed - handler_table_peek() with a type
 * @_t: the table
 * @_idx: the slot
 */
#define handler_table_peek_typed(_t, _idx)				\
	__handler_table_from_word(_t,					\
		handler_table_peek(handler_table_untyped(_t), _idx))

#define __handler_table_dispatch(_run, _t, _idx, _kind, _call)		\
({									\
	typeof(_t) _table = (_t);					\
	unsigned int _index = (_idx);					\
	__handler_table_type(_t) _handler;				\
									\
	(void)sizeof(_table->this_table_is_##_kind);			\
	_run(_table, _table->nr, _index, _handler, _call);		\
})

/**
 * handler_table_dispatch_typed - run the handler of an event, with its result
 * @_t: the table, which must not be NULL
 * @_idx: the index of the event
 * @_result: where to store what the handler returns, if one ran
 * @_args: its arguments, which are evaluated only if there is a handler
 *
 * Context: Any in which RCU is watching: task, softirq, hardirq and NMI.
 * Ordering: As handler_table_dispatch().
 * Return: true if a handler ran; false, with @_result left alone, if the slot
 * is empty or @_idx out of range.
 */
#define handler_table_dispatch_typed(_t, _idx, _result, _args...)	\
	__handler_table_dispatch(__handler_table_run, _t, _idx, typed,	\
				 *(_result) = _handler(_args))

/**
 * handler_table_dispatch_typed_void - the same for handlers without a result
 * @_t: the table, which must not be NULL
 * @_idx: the index of the event
 * @_args: the handler's arguments
 */
#define handler_table_dispatch_typed_void(_t, _idx, _args...)		\
	__handler_table_dispatch(__handler_table_run, _t, _idx, typed,	\
				 _handler(_args))

/**
 * handler_table_dispatch_bound - run a bound handler, with its result
 * @_t: the table, which must not be NULL
 * @_idx: the index of the event
 * @_result: where to store what the handler returns, if one ran
 * @_member: which function of the descriptor to run
 * @_args: its arguments after the first, which is the descriptor
 *
 * One load more than handler_table_dispatch_typed().
 *
 * Context: Any in which RCU is watching: task, softirq, hardirq and NMI.
 * Ordering: As handler_table_dispatch(). All of the descriptor, and whatever
 * was written before it was installed, is visible to the handler.
 * Return: true if a handler ran; false, with @_result left alone, if the slot
 * is empty or @_idx out of range.
 */
#define handler_table_dispatch_bound(_t, _idx, _result, _member, _args...) \
	__handler_table_dispatch(__handler_table_run, _t, _idx, bound,	\
		*(_result) = _handler->_member(_handler, ##_args))

/**
 * handler_table_dispatch_bound_void - the same for functions without a result
 * @_t: the table, which must not be NULL
 * @_idx: the index of the event
 * @_member: which function of the descriptor to run
 * @_args: its arguments after the first, which is the descriptor
 */
#define handler_table_dispatch_bound_void(_t, _idx, _member, _args...)	\
	__handler_table_dispatch(__handler_table_run, _t, _idx, bound,	\
		_handler->_member(_handler, ##_args))

/**
 * handler_table_dispatch_sleepable_typed - run a handler that may sleep
 * @_t: the table, which must not be NULL
 * @_idx: the index of the event
 * @_result: where to store what the handler returns, if one ran
 * @_args: its arguments, which are evaluated only if there is a handler
 *
 * Context: May sleep. Not from a handler of a table of another kind.
 * Ordering: As handler_table_dispatch().
 * Return: as handler_table_dispatch_typed().
 */
#define handler_table_dispatch_sleepable_typed(_t, _idx, _result, _args...) \
	__handler_table_dispatch(__handler_table_run_sleepable, _t, _idx, \
				 sleepable_typed,			\
				 *(_result) = _handler(_args))

/**
 * handler_table_dispatch_sleepable_typed_void - the same for handlers without a result
 * @_t: the table, which must not be NULL
 * @_idx: the index of the event
 * @_args: the handler's arguments
 */
#define handler_table_dispatch_sleepable_typed_void(_t, _idx, _args...)	\
	__handler_table_dispatch(__handler_table_run_sleepable, _t, _idx, \
				 sleepable_typed, _handler(_args))

/**
 * handler_table_dispatch_sleepable_bound - run a bound handler that may sleep
 * @_t: the table, which must not be NULL
 * @_idx: the index of the event
 * @_result: where to store what the handler returns, if one ran
 * @_member: which function of the descriptor to run
 * @_args: its arguments after the first, which is the descriptor
 *
 * Context: May sleep. Not from a handler of a table of another kind.
 * Ordering: As handler_table_dispatch_bound().
 * Return: as handler_table_dispatch_bound().
 */
#define handler_table_dispatch_sleepable_bound(_t, _idx, _result, _member, _args...) \
	__handler_table_dispatch(__handler_table_run_sleepable, _t, _idx, \
		sleepable_bound,					\
		*(_result) = _handler->_member(_handler, ##_args))

/**
 * handler_table_dispatch_sleepable_bound_void - the same for functions without a result
 * @_t: the table, which must not be NULL
 * @_idx: the index of the event
 * @_member: which function of the descriptor to run
 * @_args: its arguments after the first, which is the descriptor
 */
#define handler_table_dispatch_sleepable_bound_void(_t, _idx, _member, _args...) \
	__handler_table_dispatch(__handler_table_run_sleepable, _t, _idx, \
		sleepable_bound, _handler->_member(_handler, ##_args))

#endif /* _LINUX_HANDLER_TABLE_TYPED_H */
