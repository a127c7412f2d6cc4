"""Static files as production serves them: named by their content, compressed."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Names inside `import … from "./x.js"` are replaced too: browsers keep old modules for ever
    otherwise, beside new ones."""

    support_js_module_import_aggregation = True
