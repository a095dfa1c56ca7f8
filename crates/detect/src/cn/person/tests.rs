use super::find;
use crate::Normalised;

/// Each name in `text` stands between ⟦ and ⟧; surnames with a title are left out.
fn found(marked: &str) -> Option<String> {
    let plain: String = marked.chars().filter(|c| !matches!(c, '⟦' | '⟧')).collect();
    let text = Normalised::of(&plain);
    let mut found = Vec::new();
    find(&text, &[], &mut found);
    found.retain(|hit| hit.rule != "cn.person.title");
    found.sort_by_key(|hit| hit.start);
    let mut shown = String::new();
    let mut at = 0;
    for hit in found {
        let bytes = text.to_source(hit.start..hit.end);
        shown.push_str(&plain[at..bytes.start]);
        shown.push('⟦');
        shown.push_str(&plain[bytes.clone()]);
        shown.push('⟧');
        at = bytes.end;
    }
    shown.push_str(&plain[at..]);
    (shown != marked).then(|| format!("wanted {marked}\n   got {shown}"))
}

#[test]
fn names_of_other_peoples_and_countries_are_found() {
    let wrong: Vec<String> = [
        "客户⟦阿卜杜拉·买买提⟧反映没有收到",
        "收件人：⟦古丽娜尔·吐尔逊⟧",
        "联系人⟦扎西次仁⟧，电话",
        "我是⟦玛丽·史密斯⟧。",
    ]
    .into_iter()
    .filter_map(found)
    .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
