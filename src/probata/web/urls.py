"""Every address of the workbench."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, register_converter
from django.views.i18n import set_language

from probata.web import appearance, refusals
from probata.web.screens import candidates, compare, data, desk, footage, item, items, login, observing, proof, search


class Sha256Converter:
    """A whole SHA-256 in an address: 64 lower-case hexadecimal digits."""

    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        """The digest as it stands."""
        return value

    def to_url(self, value: str) -> str:
        """The digest as it stands."""
        return value


register_converter(Sha256Converter, "sha256")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", desk.desk, name="desk"),
    path("items", items.items, name="items"),
    path("search", search.search, name="search"),
    path("login", login.login, name="login"),
    path("logout", login.logout, name="logout"),
    path("items/<sha256:sha256>", item.item, name="item"),
    path("items/<sha256:sha256>/custody", item.custody, name="custody"),
    path("items/<sha256:sha256>/reveal", footage.reveal, name="reveal"),
    path("items/<sha256:sha256>/footage", footage.footage, name="footage"),
    path("items/<sha256:sha256>/stills/<int:ordinal>.png", footage.still, name="still"),
    path("items/<sha256:sha256>/spectrogram.png", footage.spectrogram, name="spectrogram"),
    path("items/<sha256:sha256>/frames", data.frames, name="frames"),
    path("items/<sha256:sha256>/frames/<int:ordinal>", data.frame, name="frame"),
    path("items/<sha256:sha256>/tracks", data.track_list, name="tracks"),
    path("items/<sha256:sha256>/tracks/<sha256:track>.<slug:format>", data.track_file, name="track_file"),
    path("items/<sha256:sha256>/wave", data.wave, name="wave"),
    path(
        "items/<sha256:sha256>/candidates/<sha256:track>/<int:number>/decide",
        candidates.decide,
        name="decide_candidate",
    ),
    path(
        "items/<sha256:sha256>/candidates/<sha256:track>/<int:number>/translate", candidates.translate, name="translate"
    ),
    path(
        "items/<sha256:sha256>/candidates/<sha256:track>/<int:number>/observe",
        observing.observe_candidate,
        name="observe_candidate",
    ),
    path("items/<sha256:sha256>/observed", observing.listed, name="observed"),
    path("items/<sha256:sha256>/observe", observing.observe, name="observe"),
    path("observations/<slug:observation>/withdraw", observing.withdraw, name="withdraw"),
    path("translations/<slug:translation>/check", candidates.check, name="check_translation"),
    path("items/<slug:untrusted_digest>", item.shortened, name="shortened"),
    path("compare/<slug:untrusted_relation>", compare.compare, name="compare"),
    path("compare/<slug:untrusted_relation>/alignment", compare.aligned, name="alignment"),
    path("compare/<slug:untrusted_relation>/decide", compare.decide, name="decide"),
    path("compare/<slug:untrusted_relation>/proof", proof.page, name="proof"),
    path("compare/<slug:untrusted_relation>/proof.json", proof.facts, name="proof_facts"),
    path("theme", appearance.choose, name="theme"),
    path("language", set_language, name="language"),
]

handler400 = refusals.bad_request
handler403 = refusals.forbidden
handler404 = refusals.not_found
handler500 = refusals.failed
