/*
 * reasons-model.h - why a model was not asked, or what it replied cannot be used: in decisions.detail and
 * embedding_states.reason.
 */
#ifndef DESKBELL_CORE_TEXT_REASONS_MODEL_H
#define DESKBELL_CORE_TEXT_REASONS_MODEL_H

/* code, what happened, what to do; see core/text/reason.h */
#define REASONS_MODEL(X) \
	X(db_failed, T("the database could not be asked"), NULL) \
	X(daily_budget_used, T("the budget of the day is used up"), NULL) \
	X(documents_without_embeddings, T("the documents have no embeddings yet"), NULL) \
	X(documents_of_other_model, T("the documents have embeddings of another model"), NULL) \
	X(documents_untried, T("the documents' embeddings have not been tried yet"), NULL) \
	X(documents_harmed, T("with the documents' embeddings their own headings are found less well"), NULL) \
	X(documents_other_length, T("the model's embeddings have another length than those of the documents"), NULL) \
	X(documents_unreadable, T("the documents' embeddings could not be read"), NULL) \
	X(triggers_without_embeddings, T("the triggers have no embeddings yet"), NULL) \
	X(triggers_outdated, T("the skills have changed: their embeddings are being made"), NULL) \
	X(triggers_of_other_model, T("the triggers have embeddings of another model"), NULL) \
	X(triggers_untried, T("the triggers' embeddings have not been tried yet"), NULL) \
	X(triggers_harmed, T("with the triggers' embeddings their own skills are found less well"), NULL) \
	X(triggers_other_length, T("the model's embeddings have another length than those of the triggers"), NULL) \
	X(triggers_unreadable, T("the triggers' embeddings could not be read"), NULL) \
	X(half_budget_used, T("half of the day's budget is used up"), NULL) \
	X(sender_left, T("the sender has left"), NULL) \
	X(breaker_open, T("the endpoint did not answer in time {{times}} times in a row; it is asked again later"), \
		NULL) \
	X(model_key_without_key_file, T("the key of the model cannot be opened without key.file"), NULL) \
	X(endpoint_without_model, T("the organisation names an endpoint, but no model"), NULL) \
	X(endpoint_error, T("the endpoint answered with an error ({{status}})"), NULL) \
	X(endpoint_redirects, \
		T("the endpoint answered with a redirect: put the final address into the settings ({{status}})"), \
		NULL) \
	X(endpoint_refused_key, T("the endpoint refused the key ({{status}})"), NULL) \
	X(endpoint_quota_used, T("the endpoint's quota is used up: look at plan and billing there ({{status}})"), \
		NULL) \
	X(endpoint_denies, T("the endpoint does not allow this: the key may lack a right ({{status}})"), NULL) \
	X(endpoint_unknown_model, T("the endpoint does not know the model '{{model}}' ({{status}})"), NULL) \
	X(endpoint_no_path, T("the endpoint has no such path: the address usually ends with /v1 ({{status}})"), NULL) \
	X(endpoint_context_too_long, T("the question and its sources are too long for the model ({{status}})"), NULL) \
	X(endpoint_timeout, T("the endpoint took too long ({{status}})"), NULL) \
	X(endpoint_conflict, T("the endpoint was in conflict with itself ({{status}})"), NULL) \
	X(endpoint_request_too_large, T("the request is too large for the endpoint ({{status}})"), NULL) \
	X(endpoint_rate_limited, T("the endpoint's rate limit is reached ({{status}})"), NULL) \
	X(endpoint_refused, T("the endpoint refused the request ({{status}})"), NULL) \
	X(endpoint_failed, T("the endpoint failed ({{status}})"), NULL) \
	X(endpoint_unknown_status, T("the endpoint answered with an unknown status ({{status}})"), NULL) \
	X(endpoint_wants_key, T("the endpoint wants a key, and none is set (401)"), NULL) \
	X(endpoint_silent, T("the endpoint did not answer within {{seconds}} s"), NULL) \
	X(endpoint_unreachable, T("the endpoint cannot be reached: {{reason}}"), NULL) \
	X(endpoint_broke_off, T("the endpoint broke off: {{reason}}"), NULL) \
	X(reading_no_file, T("the file could not be read"), NULL) \
	X(reading_too_large, T("the file is too large for the endpoint"), NULL) \
	X(reading_no_picture, T("the picture could not be made smaller"), NULL) \
	X(reading_nothing, T("nothing could be understood in it"), NULL) \
	X(reading_no_endpoint, T("no endpoint is set for it any more"), NULL) \
	X(endpoint_answer_too_large, T("the endpoint's answer is too large"), NULL) \
	X(endpoint_not_json, T("the endpoint's answer is not JSON: the address may be another service's"), NULL) \
	X(model_cut_off, T("the model's reply was cut off: it is too long"), NULL) \
	X(endpoint_filtered, T("the endpoint's filter held the reply back"), NULL) \
	X(model_replied_nothing, T("the model replied nothing"), NULL) \
	X(model_without_form, T("the model did not reply in the agreed form"), NULL) \
	X(model_refused, T("the model refused to reply"), NULL) \
	X(model_found_nothing, T("the model found no answer in the sources"), NULL) \
	X(model_without_sources, T("the model's answer names none of the sources"), NULL) \
	X(model_unsendable, T("nothing of the model's answer may be sent"), NULL) \
	X(embeddings_misplaced, T("the endpoint's embeddings are not in their places"), NULL) \
	X(embeddings_absent, T("the endpoint's reply holds no embeddings"), NULL) \
	X(embeddings_of_two_lengths, T("the endpoint's embeddings differ in length"), NULL) \
	X(embeddings_unusable, T("the endpoint's embeddings are not made of usable numbers"), NULL) \
	X(embeddings_miscounted, T("the endpoint's reply does not hold one embedding for each text"), NULL) \
	X(embeddings_not_stored, T("the database did not take the embeddings"), NULL)

#endif
