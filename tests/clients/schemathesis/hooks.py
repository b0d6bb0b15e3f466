"""Checks for schemathesis that know the rules which the OpenAPI document cannot express."""

import schemathesis

# Error codes of rules that a schema cannot express. For example:
# - whether a cursor, a field, a language tag or an id exists
# - that two parameters exclude each other
# - how long a name within a list can be
# - that a field is only for new articles, or required only for them
# - that an id of this server cannot be the id of a source
BEYOND_A_SCHEMA = {
    "account.not_found",
    "article.itself",
    "article.named_twice",
    "article.not_for_changes",
    "article.not_found",
    "body.too_deep",
    "cursor.malformed",
    "cursor.of_another_list",
    "cursor.two_directions",
    "expires_at.too_early",
    "fields.unknown",
    "filter.too_long",
    "headline.missing",
    "article_path.malformed",
    "language.malformed",
    "navigation.malformed",
    "placements.malformed",
    "social.malformed",
    "time_zone.unknown",
    "title.length",
    "list.too_long",
    "media.not_found",
    "origin.malformed",
    "parent.circular",
    "parent.not_found",
    "path.malformed",
    "preview.combined",
    "q.malformed",
    "scope.unknown",
    "status.combined",
    "path.taken",
    "time.ahead",
    "tag.itself",
    "tag.not_found",
    "term.malformed",
    "term.named_twice",
    "term.not_found",
    "text.control_character",
    "url.malformed",
    "value.misplaced",
    "value.missing",
}


@schemathesis.check
def refusals_are_explained(ctx, response, case):
    """A request that fits the document is refused only by a rule that the document cannot express."""
    if response.status_code != 400 or case.meta is None or not case.meta.generation.mode.is_positive:
        return
    problem = response.json()
    # schemathesis does not follow the pattern of this header, which requires quotation marks.
    if problem["detail"].startswith("If-Match must be one entity tag"):
        return
    codes = {error["code"] for error in problem.get("errors", [])}
    assert codes and codes <= BEYOND_A_SCHEMA, f"refused for {sorted(codes - BEYOND_A_SCHEMA) or 'no reason'}"


@schemathesis.check
def whole_answers_fit_their_schema(ctx, response, case):
    """A response fits its schema, unless the request has `fields`.

    sparse.test.js checks responses with `fields` against a schema without required properties.
    """
    if case.query and "fields" in case.query:
        return
    case.operation.validate_response(response, case=case)
