"""Reads the sample newsroom with two generated Python clients: a list, an article with blocks, and a problem document.

    python read.py http://127.0.0.1:8080

Both clients must be on PYTHONPATH. Prints what each client reads, as JSON.
"""

import json
import sys


def with_openapi_generator(address):
    import openapi_client as client

    api = client.ArticlesApi(client.ApiClient(client.Configuration(host=address)))
    page = api.list_articles(limit=3)
    article = api.get_article(page.data[0].slug, include="blocks,related,comments")
    try:
        api.get_article("no-such-article")
        problem = None
    except client.exceptions.NotFoundException as raised:
        problem = client.ProblemDocument.from_json(raised.body)
    return {
        "list": [card.headline for card in page.data],
        "published": page.data[0].published_at.isoformat(),
        "more": page.page.has_next,
        "article": article.headline,
        "blocks": [[type(block.actual_instance).__name__, block.actual_instance.html] for block in article.body.blocks],
        "related": len(article.related),
        "problem": [problem.status, problem.code] if problem else None,
    }


def with_openapi_python_client(address):
    from broadsheet_client import Client
    from broadsheet_client.api.articles import get_article, list_articles
    from broadsheet_client.models import ProblemDocument

    with Client(base_url=address) as client:
        page = list_articles.sync(client=client, limit=3)
        article = get_article.sync(page.data[0].slug, client=client, include="blocks,related,comments")
        problem = get_article.sync("no-such-article", client=client)
    return {
        "list": [card.headline for card in page.data],
        "published": page.data[0].published_at.isoformat(),
        "more": page.page.has_next,
        "article": article.headline,
        "blocks": [[type(block).__name__, block.html] for block in article.body.blocks],
        "related": len(article.related),
        "problem": [problem.status, problem.code] if isinstance(problem, ProblemDocument) else None,
    }


print(json.dumps([with_openapi_generator(sys.argv[1]), with_openapi_python_client(sys.argv[1])]))
