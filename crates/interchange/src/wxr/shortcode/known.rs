//! The table of known shortcodes, and what each becomes.
//!
//! WordPress replaces only the shortcodes that are registered. An export does not list these, so this
//! table has those of WordPress and of common plugins.

use std::{collections::HashMap, sync::LazyLock};

/// What a shortcode becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// An image with its caption.
    Caption,
    /// Images, by id.
    Gallery,
    /// Audio and videos, by id.
    Playlist,
    /// An embed of the URL between its tags.
    Embed,
    /// A player: the HTML element `video` or `audio`.
    Player(&'static str),
    /// An embed of this provider, by URL or by the provider's id.
    Provider(&'static str),
    /// One image, by id or URL.
    Picture,
    /// Code, in this language unless an attribute names another.
    Code(&'static str),
    /// Inline code or an inline formula.
    InlineCode,
    /// HTML in base64.
    Encoded,
    /// A block: its text is separated from the text around it.
    Block,
    /// A heading.
    Heading,
    /// A quotation.
    Quote,
    /// A link with a label.
    Button,
    /// Inline text: only the tags are removed.
    Inline,
    /// Inline text with a hint in an attribute, such as a tooltip. The hint follows in brackets.
    Hint,
    /// Something that WordPress or a plugin renders. Only its text content stays.
    Computed,
}

/// What a tag must have to count as a shortcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Every `[name …]` is a shortcode.
    Any,
    /// Needs a closing tag or attributes, because texts also have this word in brackets.
    Marked,
    /// Needs a closing tag.
    Closed,
}

/// A known shortcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) act: Act,
    pub(super) shape: Shape,
}

/// Names that do not occur in sentences.
const DISTINCT: &[(Act, &str)] = &[
    // WordPress and Jetpack.
    (Act::Caption, "wp_caption"),
    (
        Act::Computed,
        "contact-form contact-field jetpack-related-posts jetpack_subscription_form recipe-notes recipe-ingredients recipe-directions recipe-nutrition wp_caption_text blog_subscription_form display-posts",
    ),
    (Act::Player("video"), "wpvideo videopress"),
    // WPBakery Page Builder.
    (
        Act::Block,
        "vc_row vc_row_inner vc_column vc_column_inner vc_section vc_column_text vc_tta_tabs vc_tta_tour vc_tta_accordion vc_tta_pageable vc_tta_section vc_tta_toggle vc_tabs vc_tab vc_tour vc_accordion vc_accordion_tab vc_toggle vc_message vc_text_separator vc_cta vc_cta_button vc_cta_button2 vc_hoverbox vc_wp_text vc_pricing_table vc_pie vc_progress_bar vc_gmaps vc_line_chart vc_round_chart",
    ),
    (Act::Heading, "vc_custom_heading"),
    (Act::Button, "vc_btn vc_button vc_button2"),
    (Act::Picture, "vc_single_image"),
    (Act::Gallery, "vc_gallery vc_images_carousel vc_media_grid vc_masonry_media_grid"),
    (Act::Provider(""), "vc_video"),
    (Act::Encoded, "vc_raw_html"),
    (
        Act::Computed,
        "vc_raw_js vc_empty_space vc_separator vc_zigzag vc_icon vc_widget_sidebar vc_basic_grid vc_masonry_grid vc_posts_slider vc_posts_grid vc_flickr vc_facebook vc_tweetmeme vc_googleplus vc_pinterest vc_wp_search vc_wp_meta vc_wp_recentcomments vc_wp_calendar vc_wp_pages vc_wp_tagcloud vc_wp_custommenu vc_wp_posts vc_wp_categories vc_wp_archives vc_wp_rss",
    ),
    // Ultimate Addons for WPBakery. The others have the prefixes `ultimate_` and `ult_`.
    (Act::Heading, "ultimate_heading"),
    (Act::Button, "ult_buttons"),
    (
        Act::Block,
        "bsf-info-box just_icon info_list info_list_item stat_counter icon_counter interactive_banner interactive_banner_2 icon_timeline icon_timeline_item icon_timeline_sep icon_timeline_feat swatch_container swatch_item",
    ),
    // Divi.
    (Act::Heading, "et_pb_heading"),
    (Act::Button, "et_pb_button"),
    (Act::Picture, "et_pb_image et_pb_fullwidth_image"),
    (Act::Gallery, "et_pb_gallery"),
    (Act::Provider(""), "et_pb_video"),
    (Act::Player("audio"), "et_pb_audio"),
    (Act::Quote, "et_pb_testimonial"),
    (
        Act::Computed,
        "et_pb_divider et_pb_blog et_pb_sidebar et_pb_contact_form et_pb_contact_field et_pb_signup et_pb_login et_pb_search et_pb_comments et_pb_post_title et_pb_fullwidth_post_title et_pb_post_nav et_pb_post_content et_pb_map et_pb_shop et_pb_portfolio et_pb_filterable_portfolio et_pb_post_slider et_pb_menu et_pb_fullwidth_menu et_pb_icon et_pb_line_break_holder",
    ),
    // Avada.
    (Act::Heading, "fusion_title"),
    (Act::Button, "fusion_button"),
    (Act::Picture, "fusion_imageframe fusion_gallery_image"),
    (Act::Provider("youtube"), "fusion_youtube"),
    (Act::Provider("vimeo"), "fusion_vimeo"),
    (Act::Encoded, "fusion_code"),
    (Act::Inline, "fusion_highlight fusion_dropcap"),
    (Act::Hint, "fusion_tooltip fusion_popover"),
    (
        Act::Computed,
        "fusion_separator fusion_sharing fusion_blog fusion_recent_posts fusion_widget fusion_widget_area fusion_fontawesome fusion_menu_anchor fusion_social_links",
    ),
    // Enfold.
    (Act::Heading, "av_heading"),
    (Act::Button, "av_button av_button_big"),
    (Act::Picture, "av_image"),
    (Act::Gallery, "av_gallery av_masonry_gallery av_horizontal_gallery"),
    (Act::Provider(""), "av_video"),
    (Act::Inline, "av_dropcap1 av_dropcap2 av_font_icon"),
    (Act::Computed, "av_hr av_sidebar av_blog av_contact av_google_map av_codeblock_script"),
    // Shortcodes Ultimate.
    (Act::Heading, "su_heading"),
    (Act::Quote, "su_quote su_pullquote"),
    (Act::Button, "su_button"),
    (Act::Inline, "su_highlight su_label su_dropcap su_lightbox su_permalink"),
    (Act::Hint, "su_tooltip su_popover"),
    (Act::Provider("youtube"), "su_youtube su_youtube_advanced"),
    (Act::Provider("vimeo"), "su_vimeo"),
    (Act::Provider("dailymotion"), "su_dailymotion"),
    (Act::Player("video"), "su_video"),
    (Act::Player("audio"), "su_audio"),
    (
        Act::Computed,
        "su_divider su_spacer su_gmap su_posts su_menu su_feed su_qrcode su_dummy_text su_dummy_image su_subpages su_siblings su_meta su_user su_post",
    ),
    // Elementor and other builders.
    (
        Act::Computed,
        "elementor-template elementor-tag INSERT_ELEMENTOR fl_builder_insert_layout siteorigin_widget rev_slider rev_slider_vc layerslider metaslider smartslider3 masterslider soliloquy master_slider sliderpro",
    ),
    // Columns of many themes.
    (
        Act::Block,
        "one_half one_third one_fourth one_fifth one_sixth two_third two_thirds two_fourth two_fifth three_fourth three_fourths three_fifth four_fifth five_sixth one_half_last one_third_last one_fourth_last one_fifth_last one_sixth_last two_third_last two_fifth_last three_fourth_last three_fifth_last four_fifth_last one_half_first one_third_first one_fourth_first one-half one-third one-fourth two-thirds three-fourths column_1 column_2 col_half col_third accordion_item accordion-item accordion_section tab_content tabs_wrapper tab-group tab_group toggle_box content_box content-box info_box info-box message_box note_box fancy_box tabby tabbyending",
    ),
    (Act::Quote, "pull_quote pull-quote block_quote"),
    (Act::Inline, "drop_cap drop-cap dropcap1 dropcap2 text_highlight"),
    // SyntaxHighlighter, Crayon, CodeColorer.
    (Act::Code(""), "source-code cc_code ccb ccW ccN"),
    (Act::InlineCode, "cci latexpage mathjax"),
    // WooCommerce and other shops.
    (
        Act::Computed,
        "woocommerce_cart woocommerce_checkout woocommerce_my_account woocommerce_order_tracking woocommerce_messages product_page product_category product_categories recent_products featured_products sale_products best_selling_products top_rated_products related_products product_attribute add_to_cart add_to_cart_url shop_messages edd_downloads download_checkout purchase_link",
    ),
    // Forms, polls, newsletters.
    (
        Act::Computed,
        "contact-form-7 gravityform gravityforms ninja_form ninja_forms ninja_forms_display_form wpforms formidable mc4wp_form caldera_form caldera_form_modal forminator_form forminator_poll fluentform weforms newsletter_form newsletter_signup_form mailpoet_form wysija_form si-contact-form polldaddy crowdsignal totalpoll yop_poll subscribe2 contact_form",
    ),
    // Tables, tables of contents, ratings, advertisements, sliders and other rendered content.
    (
        Act::Computed,
        "tablepress table-info wpdatatable ninja_tables supsystic-tables ez-toc no_toc no-toc toc_this yarpp related_posts recent_posts recent-posts wp-sitemap-page wp_sitemap_page adrotate the_ad the_ad_group the_ad_placement ad_inserter adinserter google_ad instagram-feed custom-facebook-feed custom-twitter-feeds youtube-feed envira-gallery nggallery ngg ngg_images foogallery modula wpgmza geo_mashup_map google-map google_map print-me printfriendly page-views post_views ratemypost wp_ratings kkstarratings addtoany social_share social-share easy-social-share button-share user_registration_form bbp-forum-index bbp-single-topic events_calendar events_list tribe_events shareaholic donation-form give_form wp-review wp_quiz",
    ),
    (
        Act::Provider(""),
        "advanced_iframe pdf-embedder pdfjs-viewer embeddoc gview embedyt youtube_sc iframe_loader video_embed",
    ),
];

/// Names that are also words, which texts sometimes have in square brackets.
const WORDS: &[(Act, &str)] = &[
    (Act::Caption, "caption"),
    (Act::Embed, "embed"),
    (
        Act::Block,
        "row column columns col cols container section box infobox alert notification callout message note panel tabs tab tabgroup toggle toggles togglebox accordion accordions spoiler expand collapse hide frame lightbox wrap wrapper well slide slides presentation list checklist bullets table tr td th thead tbody pricing testimonial testimonials team recipe faq step steps timeline center left right align indent div span6 span12 columnize",
    ),
    (Act::Heading, "heading headline subheading"),
    (Act::Quote, "quote blockquote pullquote"),
    (Act::Button, "button btn"),
    (Act::Picture, "image img"),
    (Act::Inline, "highlight dropcap label mark glossary small strong popup icon fa"),
    (Act::Hint, "tooltip abbr acronym"),
    (Act::Provider("youtube"), "youtube yt youtuber lyte tube"),
    (Act::Provider("vimeo"), "vimeo"),
    (Act::Provider("dailymotion"), "dailymotion"),
    (Act::Provider("ted"), "ted"),
    (Act::Provider("x"), "tweet twitter"),
    (Act::Provider("gist"), "gist"),
    (
        Act::Provider(""),
        "soundcloud spotify instagram facebook tiktok slideshare flickr scribd vine hulu vevo mixcloud bandcamp archiveorg twitch issuu iframe googlemaps googlemap googleapps googlevideo kickstarter pinterest datawrapper infogram",
    ),
    (
        Act::Computed,
        "poll products product ad ads adsense divider hr clear spacer space gap map maps slider slideshow toc sitemap archives sidebar widget posts related share social ratings rating counter countdown form login register search print subscribe newsletter",
    ),
];

/// Languages of code, and the shortcodes for them of SyntaxHighlighter and similar plugins.
const LANGUAGES: &[(&str, &str)] = &[
    ("", "code sourcecode source codeblock cc crayon highlighter syntax pre prism enlighter sourcecodeblock"),
    ("text", "plain text plaintext"),
    ("actionscript", "as3 actionscript3 actionscript"),
    ("bash", "bash shell sh console terminal"),
    ("c", "c"),
    ("clojure", "clojure clj"),
    ("coldfusion", "coldfusion cf"),
    ("cpp", "cpp c-plus-plus"),
    ("csharp", "csharp c-sharp"),
    ("css", "css"),
    ("delphi", "delphi pas pascal"),
    ("diff", "diff patch"),
    ("erlang", "erl erlang"),
    ("fsharp", "fsharp f-sharp"),
    ("go", "go golang"),
    ("groovy", "groovy"),
    ("haskell", "haskell"),
    ("html", "html xhtml"),
    ("java", "java"),
    ("javafx", "javafx jfx"),
    ("javascript", "js jscript javascript"),
    ("json", "json"),
    ("kotlin", "kotlin"),
    ("lua", "lua"),
    ("matlab", "matlab matlabkey"),
    ("objectivec", "objc obj-c objective-c"),
    ("perl", "perl pl"),
    ("php", "php"),
    ("powershell", "powershell ps"),
    ("python", "py python"),
    ("r", "r splus"),
    ("ruby", "rails rb ror ruby"),
    ("rust", "rust"),
    ("scala", "scala"),
    ("sql", "sql mysql"),
    ("swift", "swift"),
    ("typescript", "ts typescript"),
    ("vb", "vb vbnet"),
    ("xml", "xml xslt"),
    ("yaml", "yaml yml"),
];

/// Shortcodes for inline formulas, which need a closing tag.
const FORMULAS: &str = "latex tex math";

/// Prefixes that only the shortcodes of one plugin have. Those that are not in the tables become blocks.
const FAMILIES: [&str; 17] = [
    "vc_",
    "et_pb_",
    "fusion_",
    "av_",
    "su_",
    "mk_",
    "nectar_",
    "cmsmasters_",
    "qode_",
    "mkdf_",
    "edgtf_",
    "eltdf_",
    "tatsu_",
    "td_block_",
    "woocommerce_",
    "ultimate_",
    "ult_",
];

static TABLE: LazyLock<HashMap<&'static str, Known>> = LazyLock::new(|| {
    let mut table = HashMap::new();
    for (rows, shape) in [(DISTINCT, Shape::Any), (WORDS, Shape::Marked)] {
        for (act, names) in rows {
            table.extend(names.split(' ').map(|name| (name, Known { act: *act, shape })));
        }
    }
    for (language, names) in LANGUAGES {
        let known = Known { act: Act::Code(language), shape: Shape::Closed };
        table.extend(names.split(' ').map(|name| (name, known)));
    }
    let formula = Known { act: Act::InlineCode, shape: Shape::Closed };
    table.extend(FORMULAS.split(' ').map(|name| (name, formula)));
    for (name, act) in [
        ("gallery", Act::Gallery),
        ("playlist", Act::Playlist),
        ("audio", Act::Player("audio")),
        ("video", Act::Player("video")),
    ] {
        table.insert(name, Known { act, shape: Shape::Any });
    }
    table
});

/// Returns the known shortcode with this name; `None` if it is unknown.
pub(super) fn find(name: &str) -> Option<Known> {
    if let Some(known) = TABLE.get(name) {
        return Some(*known);
    }
    let of_family = FAMILIES.iter().any(|family| name.len() > family.len() && name.starts_with(family));
    // `[cc_php]` and `[ccW_php]` have the language in their name. `[cci_php]` is inline code.
    let code = name.strip_prefix("cc").and_then(|rest| rest.split_once('_'));
    if let Some((modifiers, language)) = code
        && modifiers.chars().all(|c| "bBeEsSlLnNtTwWiI".contains(c))
        && let Some(Known { act: Act::Code(language), .. }) = TABLE.get(language)
    {
        let act = if modifiers.contains('i') { Act::InlineCode } else { Act::Code(language) };
        return Some(Known { act, shape: Shape::Closed });
    }
    of_family.then_some(Known { act: Act::Block, shape: Shape::Any })
}
