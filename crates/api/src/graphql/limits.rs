//! The limits on one query: cost, depth, fields, aliases and size.
//!
//! An error names the limit and the actual figure, and every response reports its cost in `extensions`. The
//! limit on introspection is in `introspection.rs`.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use async_graphql::{
    ErrorExtensionValues, Name, Request, Response, ServerError, ServerResult, ValidationResult, Value,
    Variables,
    extensions::{
        Extension, ExtensionContext, ExtensionFactory, NextExecute, NextParseQuery, NextPrepareRequest,
        NextRequest, NextValidation,
    },
    indexmap::IndexMap,
    parser::types::{ExecutableDocument, Selection, SelectionSet},
};

use super::{
    document_cache::Figures,
    introspection::MAX_INTROSPECTION,
    size::{Unbounded, expanded, nesting},
    variables,
};

/// Maximum cost: roughly, the number of fields in the response. Introspection has its own limit.
pub const MAX_COST: usize = 20_000;

/// Maximum depth. The introspection query that tools send has 15.
pub const MAX_DEPTH: usize = 18;

/// Maximum nesting of braces, brackets and parentheses together.
pub(crate) const MAX_NESTING: usize = 60;

/// Maximum number of fields, with fragments counted each time they are spread.
pub const MAX_FIELDS: usize = 2_000;

/// Maximum number of aliases.
pub const MAX_ALIASES: usize = 50;

/// Maximum size of a document, in bytes.
pub const MAX_BYTES: usize = 64 * 1024;

/// Key in the `extensions` of a response that tells whether something was executed. Removed before sending.
pub(crate) const EXECUTED: &str = "executed";

/// Passes the document of a checked request from the extension to the caller.
#[derive(Clone, Default)]
pub(crate) struct Checked(Arc<Mutex<(Option<ExecutableDocument>, bool)>>);

impl Checked {
    /// Returns the document if the request passed all checks.
    pub(crate) fn take(&self) -> Option<ExecutableDocument> {
        let mut inline_field = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inline_field.0.take().filter(|_| inline_field.1)
    }

    fn keep(&self, document: &ExecutableDocument) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0 = Some(document.clone());
    }

    fn pass(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1 = true;
    }
}

/// Creates the extension that enforces the limits on one request.
pub struct Limits;

impl ExtensionFactory for Limits {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Watch::default())
    }
}

#[derive(Default)]
struct Watch {
    figures: Mutex<Option<(usize, usize)>>,
    operation: Mutex<Option<String>>,
    parsed: AtomicBool,
    executed: AtomicBool,
}

#[async_graphql::async_trait::async_trait]
impl Extension for Watch {
    async fn request(&self, ctx: &ExtensionContext<'_>, next: NextRequest<'_>) -> Response {
        let mut response = next.run(ctx).await;
        let executed = self.executed.load(Ordering::Relaxed);
        let code = match self.parsed.load(Ordering::Relaxed) {
            false => "graphql.syntax",
            true => "graphql.invalid",
        };
        add_codes(&mut response.errors, code);
        let figures = self.figures.lock().map(|figures| *figures).unwrap_or_default();
        let (cost, depth) = figures.unwrap_or_default();
        let figures = [("requested", cost), ("limit", MAX_COST), ("depth", depth), ("depthLimit", MAX_DEPTH)];
        let figures: IndexMap<Name, Value> =
            figures.into_iter().map(|(name, figure)| (Name::new(name), Value::from(figure))).collect();
        response.extensions.insert("cost".to_owned(), Value::Object(figures));
        response.extensions.insert(EXECUTED.to_owned(), Value::Boolean(executed));
        response
    }

    async fn prepare_request(
        &self,
        ctx: &ExtensionContext<'_>,
        mut request: Request,
        next: NextPrepareRequest<'_>,
    ) -> ServerResult<Request> {
        self.measure(&mut request)?;
        if let Ok(mut operation) = self.operation.lock() {
            operation.clone_from(&request.operation_name);
        }
        next.run(ctx, request).await
    }

    async fn parse_query(
        &self,
        ctx: &ExtensionContext<'_>,
        query: &str,
        variables: &Variables,
        next: NextParseQuery<'_>,
    ) -> ServerResult<ExecutableDocument> {
        let document = next.run(ctx, query, variables).await?;
        let operation = self.operation.lock().map(|name| name.clone()).unwrap_or_default();
        variables::check(&document, operation.as_deref(), variables)?;
        if let Ok(checked) = ctx.data::<Checked>() {
            checked.keep(&document);
        }
        Ok(document)
    }

    async fn validation(
        &self,
        ctx: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        let result = next.run(ctx).await?;
        let (cost, depth) = (result.complexity, result.depth);
        if let Ok(mut figures) = self.figures.lock() {
            *figures = Some((cost, depth));
        }
        if depth > MAX_DEPTH {
            let text = format!("a query may be at most {MAX_DEPTH} deep; this one is {depth}");
            return Err(vec![refusal(text, "graphql.too_deep", "depth", depth, MAX_DEPTH)]);
        }
        if cost > MAX_COST {
            let text =
                format!("a query may cost at most {MAX_COST}; this one costs {cost}: request smaller pages");
            return Err(vec![refusal(text, "graphql.too_costly", "cost", cost, MAX_COST)]);
        }
        Ok(result)
    }

    /// Skips the execution, because another schema executes the document.
    async fn execute(&self, ctx: &ExtensionContext<'_>, _: Option<&str>, _: NextExecute<'_>) -> Response {
        self.executed.store(true, Ordering::Relaxed);
        if let Ok(checked) = ctx.data::<Checked>() {
            checked.pass();
        }
        Response::new(Value::Null)
    }
}

impl Watch {
    /// Parses a query, and refuses one that is too large. The library's own checks run after this, and their
    /// time grows with the size of the query including all spread fragments.
    fn measure(&self, request: &mut Request) -> ServerResult<()> {
        let query = &request.query;
        if query.len() > MAX_BYTES {
            let text = format!("a query may have at most {MAX_BYTES} bytes; this one has {}", query.len());
            return Err(refusal(text, "graphql.too_costly", "bytes", query.len(), MAX_BYTES));
        }
        let depth = nesting(query);
        if depth > MAX_NESTING {
            let text = format!(
                "braces, brackets and parentheses may nest at most {MAX_NESTING} deep; these nest {depth} deep"
            );
            return Err(refusal(text, "graphql.too_deep", "depth", depth, MAX_NESTING));
        }
        let document = request.parsed_query()?;
        self.parsed.store(true, Ordering::Relaxed);
        match expanded(document) {
            Err(Unbounded::Circular(name)) => {
                let text = format!("fragment {name} spreads itself");
                return Err(refused(text, "graphql.circular_fragment"));
            }
            Ok(..=MAX_FIELDS) => {}
            Ok(fields) => {
                let text = format!(
                    "a query may have at most {MAX_FIELDS} fields, fragments included; this one has {fields}"
                );
                return Err(refusal(text, "graphql.too_costly", "fields", fields, MAX_FIELDS));
            }
        }
        let aliases = count_aliases(document);
        if aliases > MAX_ALIASES {
            let text = format!("a query may have at most {MAX_ALIASES} aliases; this one has {aliases}");
            return Err(refusal(text, "graphql.too_many_aliases", "aliases", aliases, MAX_ALIASES));
        }
        Ok(())
    }
}

/// Adds the cost of introspection to the figures of a response.
pub(super) fn add_introspection(figures: &mut Figures, fields: usize) {
    if let Some(Value::Object(cost)) = figures.get_mut("cost") {
        cost.insert(Name::new("introspection"), fields.into());
        cost.insert(Name::new("introspectionLimit"), MAX_INTROSPECTION.into());
    }
}

/// Returns the total cost from the figures of a response, introspection included.
pub(super) fn cost_of(figures: &Figures) -> usize {
    let Some(Value::Object(cost)) = figures.get("cost") else { return 0 };
    let figure = |name: &str| match cost.get(name) {
        Some(Value::Number(figure)) => figure.as_u64().unwrap_or_default(),
        _ => 0,
    };
    usize::try_from(figure("requested") + figure("introspection")).unwrap_or(usize::MAX)
}

/// Adds a code to each error that has none: one for a known message of the library, else `otherwise`.
pub(crate) fn add_codes(errors: &mut [ServerError], otherwise: &str) {
    for error in errors {
        let extensions = error.extensions.get_or_insert_with(ErrorExtensionValues::default);
        if extensions.get("code").is_none() {
            extensions.set("code", code_of(&error.message).unwrap_or(otherwise));
        }
    }
}

/// Returns the code for an error of the library. Such errors have no code and are recognised by their text.
fn code_of(message: &str) -> Option<&'static str> {
    if message.contains("recursion depth") {
        return Some("graphql.too_deep");
    }
    message.contains("number of directives").then_some("graphql.too_many_directives")
}

/// Creates an error with a code.
pub(super) fn refused(text: String, code: &str) -> ServerError {
    let mut error = ServerError::new(text, None);
    error.extensions.get_or_insert_default().set("code", code);
    error
}

/// Creates an error with a code, the name and value of the figure, and the limit.
pub(super) fn refusal(text: String, code: &str, name: &str, figure: usize, limit: usize) -> ServerError {
    let mut error = refused(text, code);
    let extensions = error.extensions.get_or_insert_default();
    extensions.set(name, figure);
    extensions.set("limit", limit);
    error
}

/// Counts aliases. A fragment counts once, even if it is spread several times.
fn count_aliases(document: &ExecutableDocument) -> usize {
    fn of(set: &SelectionSet) -> usize {
        let mut count = 0;
        let mut open = vec![set];
        while let Some(set) = open.pop() {
            for selection in &set.items {
                match &selection.node {
                    Selection::Field(field) => {
                        count += usize::from(field.node.alias.is_some());
                        open.push(&field.node.selection_set.node);
                    }
                    Selection::InlineFragment(fragment) => open.push(&fragment.node.selection_set.node),
                    Selection::FragmentSpread(_) => {}
                }
            }
        }
        count
    }
    let operations: usize =
        document.operations.iter().map(|(_, operation)| of(&operation.node.selection_set.node)).sum();
    operations
        + document.fragments.values().map(|fragment| of(&fragment.node.selection_set.node)).sum::<usize>()
}
