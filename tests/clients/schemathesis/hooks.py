"""What the OpenAPI document cannot say of a request, and how the answers must then look."""

import schemathesis

# A schema knows how a cursor, a list of fields, a language tag or an id is written, not which of them exist;
# nor that two parameters exclude each other, nor how long a name within a list may be; nor that a field is for a
# new article alone, or needed for one only; nor that an id of this server is no id of a source.
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
}


@schemathesis.check
def refusals_are_explained(ctx, response, case):
    """A request that fits the document is refused only for what the document cannot say."""
    if response.status_code != 400 or case.meta is None or not case.meta.generation.mode.is_positive:
        return
    problem = response.json()
    # Its way of making headers knows no pattern that asks for quotation marks.
    if problem["detail"].startswith("If-Match must be one entity tag"):
        return
    codes = {error["code"] for error in problem.get("errors", [])}
    assert codes and codes <= BEYOND_A_SCHEMA, f"refused for {sorted(codes - BEYOND_A_SCHEMA) or 'no reason'}"


@schemathesis.check
def whole_answers_fit_their_schema(ctx, response, case):
    """A response fits its schema, unless `fields` asks for a part of it.

    sparse.test.js holds responses with `fields` against a schema that requires nothing.
    """
    if case.query and "fields" in case.query:
        return
    case.operation.validate_response(response, case=case)
