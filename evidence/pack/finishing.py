"""The last touch on the report: it claims PDF/UA-1 beside PDF/A-3a, and asks for no smoothed pictures."""

from __future__ import annotations

from typing import Any

# PDF/A allows other schemas in the XMP packet only with a description of each (ISO 19005-3, 6.6.2.3).
_CLAIM = b"""
<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about=""
  xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about=""
  xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
  xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
  xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
 <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
  <pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
  <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
  <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
  <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
   <pdfaProperty:name>part</pdfaProperty:name>
   <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
   <pdfaProperty:category>internal</pdfaProperty:category>
   <pdfaProperty:description>Part of ISO 14289 to which the file conforms</pdfaProperty:description>
  </rdf:li></rdf:Seq></pdfaSchema:property>
 </rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""
_END = b"</rdf:RDF>"


def finish(_document: Any, pdf: Any) -> None:
    """Changes the pydyf.PDF in place; given to WeasyPrint as its `finisher`."""
    for thing in pdf.objects:
        extra = getattr(thing, "extra", None)
        if not extra:
            continue
        if extra.get("Subtype") == "/Image":
            # ISO 19005-3, 6.2.8: smoothing is the viewer's business, so it may not be asked for.
            extra["Interpolate"] = "false"
        if extra.get("Type") == "/Metadata":
            thing.stream = [part.replace(_END, _CLAIM + _END) for part in thing.stream]
    _once(pdf.catalog)


def _once(catalog: Any) -> None:
    """WeasyPrint names each attached file twice in /AF."""
    if "AF" in catalog:
        catalog["AF"][:] = list(dict.fromkeys(catalog["AF"]))
