use shouxin_deid::*; use shouxin_model::*;
fn main(){ for line in std::io::stdin().lines(){ let l=line.unwrap(); let p=address::split(&l);
 let t=[p.province,p.city,p.district,p.street,p.house,p.unit].map(|r|r.map(|r|l[r].to_string()).unwrap_or("-".into())).join("|");
 println!("{t}   S:{} W:{}",mask(FieldKind::Address,MaskProfile::Screen,&l),mask(FieldKind::Address,MaskProfile::Waybill,&l)); } }
