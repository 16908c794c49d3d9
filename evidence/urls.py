"""The addresses of a person's case: after `/case/` each page is an opaque code that stays the same for ever."""

from __future__ import annotations

from django.urls import path

from evidence.views import adding, handing, items, keys, opening, progress, uploading

app_name = "evidence"

urlpatterns = [
    path("", opening.begin, name="begin"),
    path("q3vd/", opening.before, name="before"),
    path("m8tz/", opening.make, name="make"),
    path("h5wn/", opening.words, name="words"),
    path("r9kc/", opening.confirm, name="confirm"),
    path("d2xj/", opening.open_, name="open"),
    path("u6pf/", opening.bring_back, name="bring-back"),
    path("w7gn/", opening.lock, name="lock"),
    path("i6xw/", opening.note, name="note"),
    path("y3qm/", opening.delete, name="delete"),
    path("z3ht/", keys.safety, name="safety"),
    path("b8dr/", keys.change_words, name="words-change"),
    path("f6lk/", keys.end_sessions, name="sessions-end"),
    path("q9pt/", keys.end_adding, name="adding-end"),
    path("v9sj/", keys.log, name="log"),
    path("k4bs/", items.home, name="home"),
    path("e7nt/", items.when, name="timeline"),
    path("s2wq/", items.removed, name="removed"),
    path("a5xg/", adding.add, name="add"),
    path("n4vk/<slug:code>/", adding.item_add, name="item-add"),
    path("g5rq/", adding.questions, name="gate"),
    path("l8hz/", adding.lock_pictures, name="pictures-lock"),
    path("p8nd/", adding.choose, name="pictures"),
    path("p8nd/x/", uploading.upload, name="upload"),
    path("t6zx/<uuid:item_id>/", items.item, name="item"),
    path("t6zx/<uuid:item_id>/a/", items.edit, name="item-edit"),
    path("t6zx/<uuid:item_id>/b/", items.undo, name="item-undo"),
    path("t6zx/<uuid:item_id>/c/", items.remove, name="item-remove"),
    path("t6zx/<uuid:item_id>/d/", items.bring_back, name="item-bring-back"),
    path("t6zx/<uuid:item_id>/e/", items.reveal, name="picture-reveal"),
    path("t6zx/<uuid:item_id>/f/", items.view, name="picture-view"),
    path("t6zx/<uuid:item_id>/g/", items.cover, name="picture-cover"),
    path("t6zx/<uuid:item_id>/h/", items.original, name="picture-original"),
    path("t6zx/<uuid:item_id>/j/", items.intimate, name="picture-intimate"),
    path("b2rj/a/", progress.keep, name="list-keep"),
    path("b2rj/b/", progress.bring_back, name="list-bring-back"),
    path("b2rj/c/", progress.remove, name="list-remove"),
    path("c9mv/", handing.share, name="share"),
    path("c9mv/<uuid:grant_id>/", handing.share_end, name="share-end"),
    path("j2fy/", handing.talk, name="talk"),
    path("x7ku/", handing.for_officer, name="details"),
    path("o5ep/", handing.all_packs, name="packs"),
    path("o5ep/<uuid:pack_id>/", handing.pack_state, name="pack-state"),
    path("o5ep/<uuid:pack_id>/a/", handing.pack_file, {"role": "report"}, name="pack-report"),
    path("o5ep/<uuid:pack_id>/b/", handing.pack_file, {"role": "bundle"}, name="pack-bundle"),
]
