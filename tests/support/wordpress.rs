//! Builds WordPress exports for the tests of the import.

use serde_json::Value;

use super::Site;

/// Imports an export, and returns the report.
pub fn import(site: &Site, text: &str) -> Value {
    let (output, report) = site.import_as(&["wxr", "-"], text.as_bytes());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    report
}

/// Returns the HTML of an article's body.
pub fn html(site: &Site, path: &str) -> String {
    site.get(path).ok()["body"]["html"].as_str().expect("HTML").to_owned()
}

/// Returns the element of a term of any taxonomy.
pub fn term(taxonomy: &str, slug: &str, name: &str, description: &str) -> String {
    format!(
        "<wp:term><wp:term_id>0</wp:term_id><wp:term_taxonomy>{taxonomy}</wp:term_taxonomy><wp:term_slug>{slug}</wp:term_slug>\
         <wp:term_name><![CDATA[{name}]]></wp:term_name><wp:term_description><![CDATA[{description}]]></wp:term_description></wp:term>\n"
    )
}

/// Returns the element that files a post under a term.
pub fn filed(taxonomy: &str, slug: &str, name: &str) -> String {
    format!("<category domain=\"{taxonomy}\" nicename=\"{slug}\"><![CDATA[{name}]]></category>\n")
}

/// Returns an export with additional elements in its head.
pub fn export_with(head: &str, items: &[Item]) -> String {
    export(items).replacen("<wp:tag>", &format!("{head}<wp:tag>"), 1)
}

/// An item of an export.
pub struct Item {
    pub id: u32,
    pub kind: &'static str,
    pub status: &'static str,
    pub title: &'static str,
    pub link: String,
    pub content: String,
    /// Additional elements, as XML.
    pub more: String,
}

impl Default for Item {
    fn default() -> Self {
        Self {
            id: 1,
            kind: "post",
            status: "publish",
            title: "A title",
            link: String::new(),
            content: String::new(),
            more: String::new(),
        }
    }
}

impl Item {
    pub fn post(id: u32, title: &'static str, content: &str) -> Self {
        Self { id, title, content: content.to_owned(), ..Self::default() }
    }

    pub fn with(mut self, more: &str) -> Self {
        self.more.push_str(more);
        self
    }

    fn written(&self) -> String {
        let Self { id, kind, status, title, content, more, .. } = self;
        let link = match self.link.as_str() {
            "" => format!("http://old.example.com/2021/11/{id:02}/post-{id}/"),
            link => link.to_owned(),
        };
        format!(
            "<item><title>{title}</title><link>{link}</link><guid>http://old.example.com/?p={id}</guid>\
             <dc:creator><![CDATA[ada]]></dc:creator><content:encoded><![CDATA[{content}]]></content:encoded>\
             <wp:post_id>{id}</wp:post_id><wp:post_date_gmt>2021-11-01 09:{:02}:00</wp:post_date_gmt>\
             <wp:post_name>post-{id}</wp:post_name><wp:status>{status}</wp:status><wp:post_type>{kind}</wp:post_type>\n{more}</item>\n",
            id % 60
        )
    }
}

/// Returns the element of a comment.
pub fn comment(id: u32, parent: u32, more: &str) -> String {
    format!(
        "<wp:comment><wp:comment_id>{id}</wp:comment_id><wp:comment_author>Reader {id}</wp:comment_author>\
         <wp:comment_author_email>r{id}@example.com</wp:comment_author_email>\
         <wp:comment_date_gmt>2021-11-02 10:{id:02}:00</wp:comment_date_gmt><wp:comment_content><![CDATA[Comment {id}.\n\nMore.]]></wp:comment_content>\
         <wp:comment_approved>1</wp:comment_approved><wp:comment_parent>{parent}</wp:comment_parent>{more}</wp:comment>\n"
    )
}

/// Returns the element of a custom field.
pub fn meta(key: &str, value: &str) -> String {
    format!(
        "<wp:postmeta><wp:meta_key>{key}</wp:meta_key><wp:meta_value><![CDATA[{value}]]></wp:meta_value></wp:postmeta>\n"
    )
}

/// Returns an export with these items. `scheme` and `version` are parts of its namespace URLs.
pub fn export_in(scheme: &str, version: &str, items: &[Item]) -> String {
    let items: String = items.iter().map(Item::written).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<!-- made by hand -->\n\
         <rss version=\"2.0\" xmlns:excerpt=\"{scheme}://wordpress.org/export/{version}/excerpt/\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:wp=\"{scheme}://wordpress.org/export/{version}/\">\n<channel>\n<title>The Old Paper</title>\n\
         <link>http://old.example.com</link>\n<description>Since 1999</description>\n<language>en-US</language>\n\
         <wp:base_site_url>http://old.example.com</wp:base_site_url>\n\
         <wp:author><wp:author_id>1</wp:author_id><wp:author_login>ada</wp:author_login>\
         <wp:author_email>ada@example.com</wp:author_email><wp:author_display_name><![CDATA[Ada &amp; Co]]></wp:author_display_name></wp:author>\n\
         <wp:category><wp:category_nicename>world</wp:category_nicename><wp:category_parent></wp:category_parent>\
         <wp:cat_name><![CDATA[World]]></wp:cat_name></wp:category>\n\
         <wp:category><wp:category_nicename>asia</wp:category_nicename><wp:category_parent>world</wp:category_parent>\
         <wp:cat_name><![CDATA[Asia]]></wp:cat_name></wp:category>\n\
         <wp:tag><wp:tag_slug>trade</wp:tag_slug><wp:tag_name><![CDATA[Trade]]></wp:tag_name></wp:tag>\n{items}</channel>\n</rss>\n"
    )
}

/// Returns an export in the current format.
pub fn export(items: &[Item]) -> String {
    export_in("http", "1.2", items)
}
